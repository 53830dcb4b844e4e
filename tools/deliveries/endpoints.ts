// Ten endpoints of one project: seven whose receivers are healthy, and three whose are not.
import type { Api, Call } from '../faults/api.ts';
import type { Random } from '../faults/random.ts';
import type { ArrivalLedger } from './ledger.ts';
import { type Conduct, Receiver } from './receiver.ts';

const HEALTHY = 7;
const DEAD = 3;
/** Of the healthy ones, the last gets its events in order. */
const RATE_PER_SECOND = 1_000;
const FAULTS: readonly [Conduct, ...Conduct[]] = ['fails', 'flaky', 'hangs', 'cuts', 'redirects'];

export interface Endpoint {
  readonly id: string;
  readonly receiver: Receiver;
}

export interface Endpoints {
  readonly projectId: string;
  readonly healthy: readonly Endpoint[];
  readonly dead: readonly Endpoint[];
}

/** A call that has to succeed, of a server that is up. */
export const callWell = async <T>(api: Api, call: Call): Promise<T> => {
  const outcome = await api.send<T>(call);
  if (outcome.kind === 'acknowledged') return outcome.body;
  throw new Error(`${call.path}: ${JSON.stringify(outcome)}`);
};

export const openEndpoints = async (
  api: Api,
  { ledger, random }: { readonly ledger: ArrivalLedger; readonly random: Random },
): Promise<Endpoints> => {
  const project = await callWell<{ id: string }>(api, {
    path: '/v1/projects',
    body: { name: 'deliveries' },
  });
  const open = async (name: string, conduct: Conduct, isFifo: boolean): Promise<Endpoint> => {
    const receiver = new Receiver({ name, conduct, ledger, random: random.fork() });
    await receiver.start();
    const body = {
      projectId: project.id,
      url: receiver.url,
      types: ['incident.*'],
      ratePerSecond: RATE_PER_SECOND,
      ordering: isFifo ? 'fifo' : 'none',
    };
    const made = await callWell<{ id: string; secret: string }>(api, {
      path: '/v1/webhooks',
      body,
    });
    receiver.secret = made.secret;
    return { id: made.id, receiver };
  };
  const healthy: Endpoint[] = [];
  for (let nth = 1; nth <= HEALTHY; nth += 1) {
    healthy.push(await open(`healthy-${nth}`, 'healthy', nth === HEALTHY));
  }
  const dead: Endpoint[] = [];
  for (let nth = 1; nth <= DEAD; nth += 1) dead.push(await open(`dead-${nth}`, 'fails', false));
  return { projectId: project.id, healthy, dead };
};

/** Each of the three is out of order in a way of its own, and after the next call perhaps in another. */
export const disturb = ({ dead }: Endpoints, random: Random): string => {
  for (const { receiver } of dead) receiver.conduct = random.pick(FAULTS);
  return dead.map(({ receiver }) => receiver.conduct).join(', ');
};

export const setState = async (
  api: Api,
  endpoints: readonly Endpoint[],
  state: 'enabled' | 'disabled',
): Promise<void> => {
  for (const { id } of endpoints) {
    await callWell(api, { method: 'PATCH', path: `/v1/webhooks/${id}`, body: { state } });
  }
};

export const namesOf = (endpoints: readonly Endpoint[]): readonly string[] =>
  endpoints.map(({ receiver }) => receiver.name);
