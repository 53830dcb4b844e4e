import type { Course } from '../../course.ts';

/** Nobody has answered in time: the same as a no. */
export function decideGateTimeout(course: Course): Course {
  const gate = course.state.gates.find(({ id }) => id === course.state.hold?.gateId);
  if (gate === undefined) return course;
  const { status } = course.state;
  return course
    .add({
      type: 'gate:rejected',
      data: {
        gateId: gate.id,
        gateName: gate.name,
        status,
        approverId: 'clock',
        rejector: 'clock',
        reason: 'timeout',
        actionHash: gate.actionHash,
      },
    })
    .endLease('gate')
    .add({
      type: 'task:failed',
      data: { status: 'failed', error: `Gate "${gate.name}" rejected: timeout` },
    });
}
