import type { Gate } from '../../../contract/gate.ts';
import type { Course } from '../../course.ts';
import { isLive } from '../../gate-live.ts';
import { cancelGate } from './cancel-gate.ts';
import type { Decider } from './decider.ts';

/**
 * What was asked for in a stage that runs again, or in one behind it, is asked no more, and what people had agreed to
 * is agreed to no more: nothing of the run that is void may allow anything in the next one.
 */
export function cancelRequests(course: Course, fromStage: string, by: Decider): Course {
  const { stages } = course.state.plan;
  const kept = stages.slice(
    0,
    Math.max(
      0,
      stages.findIndex(({ name }) => name === fromStage),
    ),
  );
  const isVoid = (gate: Gate): boolean =>
    gate.source === 'request' && isLive(gate) && !kept.some(({ name }) => name === gate.stage);
  for (const gate of course.state.gates.filter(isVoid)) {
    cancelGate(course, gate, { by, reason: 'stage_rerun' });
  }
  return course;
}
