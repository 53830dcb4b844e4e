// When the storm is over: what the project says has happened, whether the healthy receivers have it, and whether those
// that were out of order get it once they are mended.

import { checkAcknowledged, checkArrived, checkGapless, type Kept } from './checks.ts';
import { callWell, namesOf } from './endpoints.ts';
import { arrive, type World } from './world.ts';

const PAGE = 100;

interface EventPage {
  readonly data: readonly (Kept & {
    readonly data: { readonly incident?: { readonly id: string } };
  })[];
}

/** Every event of the project, in its order. */
const readEvents = async ({ api, endpoints }: World): Promise<readonly Kept[]> => {
  const all: Kept[] = [];
  for (let after = 0; ; ) {
    const path = `/v1/events?projectId=${endpoints.projectId}&after=${after}&limit=${PAGE}`;
    const { data } = await api.get<EventPage>(path);
    const last = data.at(-1);
    if (last === undefined) return all;
    all.push(
      ...data.map(({ id, type, sequence, data: { incident } }) => ({
        id,
        type,
        sequence,
        incidentId: incident?.id ?? null,
      })),
    );
    after = last.sequence;
  }
};

export const settle = async (world: World): Promise<void> => {
  const { api, report, endpoints, ledger, acknowledged } = world;
  const kept = await readEvents(world);
  const events = kept.filter(({ type }) => type.startsWith('incident.'));
  report.add('events', events.length);
  report.violateAll([...checkGapless(kept), ...checkAcknowledged(acknowledged, events)]);
  report.say(`${events.length} events have happened; the healthy ones shall have them`);
  await arrive(world, endpoints.healthy, events.length);
  for (const name of namesOf(endpoints.healthy)) {
    report.violateAll(checkArrived(name, ledger.takenBy(name), events));
  }
  for (const { receiver } of endpoints.dead) receiver.conduct = 'healthy';
  for (const { id } of endpoints.dead) {
    await callWell(api, { path: `/v1/webhooks/${id}/recover`, body: {} });
  }
  report.say('the others are mended, and asked for what they have missed');
  await arrive(world, endpoints.dead, events.length);
  for (const name of namesOf(endpoints.dead)) {
    report.violateAll(checkArrived(name, ledger.takenBy(name), events));
  }
};
