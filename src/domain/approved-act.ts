import type { GateAction } from '../contract/gate.ts';
import { actionHash } from './action.ts';
import { proposedHash } from './gate-live.ts';
import type { GivenWork, TaskState } from './task.ts';

/**
 * What a runner is to do, and the approval that it uses up for it: the action as people have approved it, who may have
 * changed it. Without a gate on that very action it is done as it is.
 */
export function approvedAct(
  { gates }: TaskState,
  action: GateAction,
): Pick<GivenWork, 'action' | 'gateId'> {
  const hash = actionHash(action);
  const gate = gates.findLast(
    (known) =>
      known.status === 'approved' &&
      known.consume === undefined &&
      known.source !== 'request' &&
      proposedHash(known) === hash,
  );
  return gate === undefined ? { action } : { action: gate.action, gateId: gate.id };
}
