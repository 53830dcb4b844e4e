import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import { GRACE_MS } from '../../contract/timing.ts';
import type { HeldCommand } from '../command.ts';
import type { LeaseState, TaskState } from '../task.ts';

/** What a runner whose lease has ended is told; a cancelled task says so, for nothing else reaches it by HTTP. */
function stale(state: TaskState) {
  const command =
    state.status === 'cancelled'
      ? {
          command: {
            type: 'cancel',
            data: { reason: state.error ?? 'cancelled', graceMs: GRACE_MS },
          },
        }
      : {};
  return { currentEpoch: state.epoch, taskStatus: state.status, ...command };
}

/** An agent writes under the epoch of its credential: once the lease has ended, nothing of it is taken. */
export function fenceActor(state: TaskState, actor: Actor): Result<null> {
  if (actor.task === undefined) return ok(null);
  if (state.lease === undefined || actor.task.epoch !== state.epoch) {
    return refuse('stale_epoch', 'This lease has ended.', stale(state));
  }
  return ok(null);
}

/** The epoch is the fence, not the clock: a write under another epoch than the present one changes nothing. */
export function fenceHolder(state: TaskState, command: HeldCommand): Result<LeaseState> {
  const { lease, epoch } = state;
  if (command.epoch !== epoch) return refuse('stale_epoch', 'This lease has ended.', stale(state));
  if (lease === undefined) return refuse('no_lease', 'The task has no lease.', stale(state));
  if (lease.runnerId !== command.actor.id) {
    return refuse('not_lease_holder', 'The lease belongs to another runner.');
  }
  if (lease.leaseId !== command.leaseId) {
    return refuse('stale_epoch', 'This lease has ended.', stale(state));
  }
  return ok(lease);
}
