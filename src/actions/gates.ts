import { ok, type Result } from '../contract/error.ts';
import type {
  ChangeRequestBody,
  Gate,
  GateAnswer,
  GateDecided,
  GateDecisionBody,
  GateReasonBody,
} from '../contract/gate.ts';
import { fromJsonText } from '../contract/json-text.ts';
import type { CancelGate, DecideGate, WaiveGate } from '../domain/gate-command.ts';
import { dispatch } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { decideGate } from './decide-gate.ts';
import { newestReceipt } from './receipts.ts';
import { targetDoor, targetTask } from './target.ts';

export async function listGates(ask: Ask, id: string): Promise<Result<{ gates: Gate[] }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const task = await target.value.read(ask.actor);
  return task.ok ? ok({ gates: task.value.gates }) : task;
}

/** The newest gate of this name, or the one of this id. A name that the task does not have is not required. */
export async function getGate(ask: Ask, id: string, name: string): Promise<Result<GateAnswer>> {
  const door = await targetDoor(ask, id, 'holderGates');
  if (!door.ok) return door;
  const seen = await door.value.seen(ask.actor, name);
  return seen.ok ? ok(seen.value ?? { status: 'not-required' }) : seen;
}

/** The gate once its state is another than `state`, or after `waitMs` as it is. */
export async function waitForGate(
  ask: Ask,
  id: string,
  wait: { readonly gate: string; readonly state: string; readonly waitMs: number },
): Promise<Result<GateAnswer>> {
  const door = await targetDoor(ask, id, 'gates');
  if (!door.ok) return door;
  const gate = await door.value.wait({ actor: ask.actor, ...wait });
  return gate.ok ? ok(fromJsonText(gate.value)) : gate;
}

/** What the answer to a change at a gate holds beside that it was done. */
export interface Wanted {
  readonly representation: boolean;
}

async function answerOf(
  ask: Ask,
  id: string,
  gate: string,
  { representation }: Wanted,
  isSentBack = false,
): Promise<Result<GateDecided>> {
  if (!representation) return ok({ ok: true });
  const receipt = await newestReceipt(ask, id, { gate, isSentBack });
  const now = await getGate(ask, id, gate);
  return now.ok ? ok({ ok: true, gate: now.value, ...receipt }) : now;
}

const decideBy =
  <B extends GateDecisionBody>(decision: DecideGate['decision']) =>
  async (ask: Ask, id: string, gate: string, body: B, wanted: Wanted) => {
    const done = await decideGate(ask, id, { ...body, gate, decision });
    const isSentBack = decision === 'request-changes';
    return done.ok ? answerOf(ask, id, gate, wanted, isSentBack) : done;
  };

export const approveGate = decideBy('approve');
export const rejectGate = decideBy('reject');
export const requestChanges = decideBy<ChangeRequestBody>('request-changes');

const settleBy =
  (type: (WaiveGate | CancelGate)['type']) =>
  async (ask: Ask, id: string, gate: string, body: GateReasonBody, wanted: Wanted) => {
    const target = await targetTask(ask, id);
    if (!target.ok) return target;
    const { actor, now } = ask;
    const done = await dispatch(target.value, { type, now, actor, gate, ...body }, ask);
    return done.ok ? answerOf(ask, id, gate, wanted) : done;
  };

export const waiveGate = settleBy('waive-gate');
export const cancelGate = settleBy('cancel-gate');
