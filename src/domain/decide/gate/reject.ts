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

/** What a task has failed of that gets no more. */
export const BUDGET_EXHAUSTED = 'Budget exhausted';

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
  const refused = `Gate "${gate.name}" rejected${comment ? `: ${comment}` : ''}`;
  const error = gate.source === 'budget' ? BUDGET_EXHAUSTED : refused;
  return course
    .endLease(reason === undefined ? 'error' : 'gate')
    .add({ type: 'task:failed', data: { status: 'failed', error } });
}
