import type { Gate } from '../../../contract/gate.ts';
import type { Course } from '../../course.ts';
import { type Decider, decisionFacts } from './decider.ts';
import { goOn, holdOf, statusBehind } from './go-on.ts';

interface Said {
  readonly decider: Decider;
  readonly comment?: string | undefined;
  /** `timeout`: nobody has answered. */
  readonly reason?: 'timeout' | undefined;
}

/** What was only asked for in the midst of work is denied, and the work goes on; all else fails without an approval. */
export const isOnlyDenied = ({ source }: Gate): boolean => source === 'request';

/** A no, of a person or of the clock. */
export function reject(course: Course, gate: Gate, said: Said): Course {
  const { state } = course;
  const { reason } = said;
  const denied = isOnlyDenied(gate);
  const hold = holdOf(state, gate.id);
  course.add({
    type: 'gate:rejected',
    data: {
      ...decisionFacts(state, gate, said),
      status: denied ? statusBehind(state, gate.id) : state.status,
      rejector: said.decider.name,
      ...(reason === undefined ? {} : { reason }),
    },
  });
  if (denied) return goOn(course, hold);
  const comment = reason ?? said.comment?.trim();
  const error = `Gate "${gate.name}" rejected${comment ? `: ${comment}` : ''}`;
  return course
    .endLease(reason === undefined ? 'error' : 'gate')
    .add({ type: 'task:failed', data: { status: 'failed', error } });
}
