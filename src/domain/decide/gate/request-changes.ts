import type { Gate } from '../../../contract/gate.ts';
import { advance } from '../../advance.ts';
import type { Course } from '../../course.ts';
import type { DecideGate } from '../../gate-command.ts';
import { instancesOf, openGate, termsOf } from '../../gates.ts';
import { stageOf, workingStatus } from '../../task.ts';
import { awaitsWork } from './awaits-work.ts';
import { cancelRequests } from './cancel-requests.ts';
import { deciderOf, decisionFacts } from './decider.ts';

/** Back to the gate's stage with the comment; the gate is asked again when that stage has completed once more. */
export function requestChanges(course: Course, gate: Gate, command: DecideGate): Course {
  // What is being done now is void: it was begun without the comment.
  if (course.state.work !== undefined) course.endLease('superseded');
  const { state, nowMs } = course;
  // An agent asked about what it was doing; the gate's own stage may lie ahead.
  const inRun = (state.lease ?? state.lastLease) !== undefined;
  const askedInRun = state.hold?.kind === 'asked' && inRun;
  const here = stageOf(state) ?? '';
  const stage = askedInRun ? here : (gate.stage ?? here);
  const byRunner = state.hold?.kind === 'work';
  const next = openGate(state, {
    name: gate.name,
    source: gate.source,
    ...termsOf(gate),
    stage: gate.stage,
    instance: instancesOf(state, gate.name) + 1,
    nowMs,
  });
  const decider = deciderOf(command);
  const isPaused = state.status === 'paused';
  const { comment = '' } = command;
  course.add({
    type: 'gate:changes-requested',
    data: {
      ...decisionFacts(state, gate, { decider }),
      status: isPaused ? state.status : workingStatus(state.plan, stage),
      comment,
      requester: decider.name,
      stage,
      next,
    },
  });
  cancelRequests(course, stage, decider);
  if (isPaused) return course;
  return byRunner || awaitsWork(course.state) ? advance(course) : course;
}
