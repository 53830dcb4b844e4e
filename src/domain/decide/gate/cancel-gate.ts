import type { Gate } from '../../../contract/gate.ts';
import type { Course } from '../../course.ts';
import { statusBehind } from './go-on.ts';

/** Nobody is asked about it any more, and nobody uses it. */
export function cancelGate(
  course: Course,
  gate: Gate,
  why: { readonly by: { readonly name: string; readonly id: string }; readonly reason: string },
): Course {
  const { id, name, instance } = gate;
  return course.add({
    type: 'gate:cancelled',
    data: {
      ...{ gateId: id, gateName: name, instance, by: why.by.name, byId: why.by.id },
      status: statusBehind(course.state, id),
      reason: why.reason,
      changed: { status: 'not-required', state: 'cancelled', reason: 'cancelled' },
    },
  });
}
