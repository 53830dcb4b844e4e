import type { Gate } from '../../../contract/gate.ts';
import type { DecideGate } from '../../command.ts';
import type { Course } from '../../course.ts';
import { deciderOf, facts } from './decider.ts';

/** A no: the task fails. */
export function reject(course: Course, gate: Gate, command: DecideGate): Course {
  const comment = command.comment?.trim();
  const error = `Gate "${gate.name}" rejected${comment ? `: ${comment}` : ''}`;
  return course
    .add({
      type: 'gate:rejected',
      data: { ...facts(gate, command, course.state.status), rejector: deciderOf(command).name },
    })
    .endLease('error')
    .add({ type: 'task:failed', data: { status: 'failed', error } });
}
