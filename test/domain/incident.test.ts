import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INCIDENT_STATES, type Incident, TIMELINE_MAX } from '../../src/contract/incident.ts';
import { changeIncident, type IncidentDeed, newIncident } from '../../src/domain/incident.ts';
import { newsOfIncident } from '../../src/domain/incident-news.ts';

const DEEDS = ['acknowledge', 'resolve', 'note'] as const;
const fresh: Incident = newIncident(
  {
    ...{ id: 'inc_1', projectId: 'prj_1', environment: 'production', monitorId: null },
    ...{ kind: 'manual', severity: 'major', title: 'x', summary: '', suspectDeploymentId: null },
    evidence: { checks: [], sla: null },
  },
  { actor: 'usr_1', at: 0 },
);
const deedOf = (type: IncidentDeed['type'], at: number): IncidentDeed => ({
  ...{ type, at, actor: 'usr_2', note: null },
});

it('is acknowledged while it is open, resolved until it is, and noted upon always', () => {
  const allowed = DEEDS.flatMap((type) =>
    INCIDENT_STATES.filter((state) => changeIncident({ ...fresh, state }, deedOf(type, 1)).ok).map(
      (state) => `${type} ${state}`,
    ),
  );
  expect(allowed).toEqual([
    ...['acknowledge open', 'resolve open', 'resolve acknowledged'],
    ...['note open', 'note acknowledged', 'note resolved'],
  ]);
});

it('each change is one entry and one revision; what was written before stays, and so does an end', () => {
  const step = fc.record({ type: fc.constantFrom(...DEEDS), waitMs: fc.nat(1e6) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 250 }), (steps) => {
      let [now, incident] = [0, fresh];
      for (const { type, waitMs } of steps) {
        now += waitMs;
        const next = changeIncident(incident, deedOf(type, now));
        if (!next.ok) continue;
        expect(next.value.revision).toBe(incident.revision + 1);
        expect(next.value.timeline.slice(0, -1)).toEqual(incident.timeline);
        if (incident.resolvedAt !== null) {
          expect(next.value.resolvedAt).toBe(incident.resolvedAt);
          expect(next.value.state).toBe('resolved');
        }
        incident = next.value;
        expect(incident.timeline.length).toBeLessThanOrEqual(TIMELINE_MAX);
        expect(incident.state === 'resolved').toBe(incident.resolvedAt !== null);
      }
    }),
    { numRuns: 1_000 },
  );
});

it('is acknowledged and resolved however much was written about it', () => {
  let incident = fresh;
  for (let n = 0; n < 2 * TIMELINE_MAX; n++) {
    const next = changeIncident(incident, deedOf('note', n));
    if (next.ok) incident = next.value;
  }
  const acknowledged = changeIncident(incident, deedOf('acknowledge', 1));
  expect(acknowledged).toMatchObject({ ok: true, value: { state: 'acknowledged' } });
  for (const before of [incident, acknowledged.ok ? acknowledged.value : incident]) {
    expect(changeIncident(before, deedOf('resolve', 1)).ok).toBe(true);
  }
});

it('endpoints are told of production and of people; whatever else happens is for who follows', () => {
  const states = DEEDS.flatMap((type) => {
    const next = changeIncident(fresh, deedOf(type, 1));
    return next.ok ? [next.value] : [];
  });
  const told = (kind: Incident['kind'], isProduction: boolean) =>
    [fresh, ...states].map((one) => newsOfIncident({ ...one, kind }, { isProduction }).type);
  const promised = [
    ...['incident.opened', 'incident.acknowledged', 'incident.resolved', 'incident.updated'],
  ];
  expect([told('manual', false), told('outage', true)]).toEqual([promised, promised]);
  expect(new Set(told('outage', false))).toEqual(new Set(['incident.updated']));
});
