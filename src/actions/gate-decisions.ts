import type { GateDecision, GateDecisionResults } from '../contract/inbox.ts';
import { sha256 } from '../domain/digest.ts';
import type { Ask } from './ask.ts';
import { decideGate } from './decide-gate.ts';

type Outcome = GateDecisionResults['results'][number];

/** Each decision is kept under a name of its own, for several may concern one task. */
function asOne(ask: Ask, place: number): Ask {
  const { idempotency } = ask;
  if (idempotency === null) return ask;
  return { ...ask, idempotency: { ...idempotency, k: sha256(`${idempotency.k}\n${place}`) } };
}

async function decideOne(ask: Ask, sent: GateDecision): Promise<Outcome> {
  const { taskId, gateId, decision, actionHash, comment } = sent;
  const told = comment === undefined ? {} : { comment };
  const done = await decideGate(ask, taskId, { gate: gateId, decision, actionHash, ...told });
  return done.ok ? { gateId, ok: true } : { gateId, ok: false, code: done.refusal.code };
}

/** Takes decisions one by one, each by itself: what one comes to changes nothing for the others. Those of one task are in order. */
export async function decideGates(
  ask: Ask,
  decisions: readonly GateDecision[],
): Promise<GateDecisionResults> {
  const results: Outcome[] = decisions.map(({ gateId }) => ({ gateId, ok: false }));
  const places = Map.groupBy(decisions.keys(), (place) => decisions[place]?.taskId ?? '');
  const inOrder = async (own: readonly number[]): Promise<void> => {
    for (const place of own) {
      const sent = decisions[place];
      if (sent !== undefined) results[place] = await decideOne(asOne(ask, place), sent);
    }
  };
  await Promise.all([...places.values()].map(inOrder));
  return { results };
}
