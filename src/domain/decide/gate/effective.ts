import type { Gate } from '../../../contract/gate.ts';
import type { ResultBody } from '../../../contract/work.ts';
import type { Course } from '../../course.ts';
import { approvalEndsAt } from '../../deadlines.ts';
import type { GivenWork, TaskState } from '../../task.ts';
import { consumeGate } from './consume.ts';

const gateOf = (state: TaskState, { gateId }: GivenWork): Gate | undefined =>
  gateId === undefined ? undefined : state.gates.find(({ id }) => id === gateId);

/** Work that was done under an approval has used it, whether its runner has said so before or not. */
export function useApproval(course: Course, work: GivenWork, { outcome }: ResultBody): Course {
  const gate = gateOf(course.state, work);
  const { lease } = course.state;
  if (outcome !== 'completed' || gate?.state !== 'approved' || lease === undefined) return course;
  // The clock has not rung yet; the end of the approval counts all the same.
  const endsAt = approvalEndsAt(course.state, gate);
  if (endsAt !== null && endsAt <= course.nowMs) return course;
  return consumeGate(course, gate, { lease, consumeId: work.workId });
}

/** The gate whose approval was not for what was done; null where all is well. */
export function mismatchOf(state: TaskState, work: GivenWork, result: ResultBody): Gate | null {
  const gate = gateOf(state, work);
  // An instance of an old log does not say how it stands.
  if (result.outcome !== 'completed' || gate?.state === undefined) return null;
  const { effectiveHash = gate.actionHash } = result;
  const isUsed = gate.consume?.epoch === state.epoch;
  return isUsed && effectiveHash === gate.actionHash ? null : gate;
}

/** What was done is not what was approved: nothing may be built upon it. */
export function failForMismatch(course: Course, gate: Gate): Course {
  const { id, name, instance, consume } = gate;
  const { status, lease } = course.state;
  const error = `Gate "${name}": what was done is not what was approved`;
  return course
    .add({
      type: 'gate:mismatch',
      data: {
        ...{ gateId: id, gateName: name, instance, status },
        ...{ by: lease?.runnerName ?? 'runner', byId: lease?.runnerId ?? 'runner' },
        reason: consume === undefined ? 'not_approved' : 'effective_action',
        changed: {},
      },
    })
    .endLease('error')
    .add({ type: 'task:failed', data: { status: 'failed', error } });
}
