import { SUBTASK_STAGE } from '../contract/subtask.ts';
import { approvedAct } from './approved-act.ts';
import type { Course } from './course.ts';
import { failedSubtasks, openSubtasks } from './family.ts';
import { derivedId } from './id.ts';
import { nextStep } from './next-step.ts';
import { holdAt, reachGate } from './reach-gate.ts';
import { blockedBy, type GivenWork, workingStatus } from './task.ts';
import { commitAction, mergeAction, pointAction } from './work-action.ts';

function give(course: Course, work: Omit<GivenWork, 'workId'>): Course {
  const { state, nowMs } = course;
  const workId = derivedId('wrk', nowMs, state.id, state.epoch, work.kind, work.stage, work.try);
  const status = work.kind === 'stage' ? workingStatus(state.plan, work.stage) : 'in-progress';
  course.add({ type: 'work:given', data: { status, workId, ...work } });
  if (work.kind !== 'stage') return course;
  const agent = state.plan.stages.find((stage) => stage.name === work.stage)?.agent;
  return course.add({
    type: 'task:stage-changed',
    data: { stage: work.stage, status, workId, ...(agent === undefined ? {} : { agent }) },
  });
}

/** Offers the task to runners, or holds it back for those that it depends on. */
export function enqueue(course: Course, notBefore?: string): Course {
  const isBlocked = blockedBy(course.state).length > 0;
  return course.add({
    type: 'task:queued',
    data: {
      ...(isBlocked
        ? ({ status: 'pending', waitingFor: 'dependency' } as const)
        : ({ status: 'queued', waitingFor: 'runner' } as const)),
      ...(notBefore === undefined ? {} : { notBefore }),
    },
  });
}

/** Without the work of a subtask there is nothing to go on with. */
export function failForSubtasks(course: Course, failed: number): Course {
  const error = `${failed} subtask(s) failed`;
  return course.endLease('error').add({ type: 'task:failed', data: { status: 'failed', error } });
}

/** From here on the task waits for its subtasks, and holds no lease meanwhile. */
export function beginSubtasks(course: Course): Course {
  return course.endLease('done').add({
    type: 'task:stage-changed',
    data: { stage: SUBTASK_STAGE, status: 'in-progress', executes: true },
  });
}

/**
 * Goes one step on in a run: waits at the gate in the way, gives the lease holder its next work, or completes. A task
 * that no runner holds is queued instead, to be given its work with the next claim.
 */
export function advance(course: Course): Course {
  const { state } = course;
  const failed = failedSubtasks(state).length;
  if (failed > 0 && openSubtasks(state).length === 0) return failForSubtasks(course, failed);
  const step = nextStep(state);
  if (step.do === 'gate') {
    const { gate } = step;
    const action = pointAction(state, gate);
    return holdAt(course, reachGate(course, gate, action), { kind: 'work' });
  }
  if (step.do === 'subtasks') {
    return blockedBy(state).length > 0 ? enqueue(course) : beginSubtasks(course);
  }
  if (step.do === 'complete') {
    course.endLease('done');
    return course.add({ type: 'task:completed', data: { status: 'completed' } });
  }
  if (state.lease === undefined) {
    return enqueue(course);
  }
  if (step.do === 'merge') {
    const stage = state.plan.stages.at(-1)?.name ?? 'merge';
    return give(course, {
      kind: 'merge',
      stage,
      try: 1,
      ...approvedAct(state, mergeAction(state)),
    });
  }
  if (step.do === 'commit') {
    const act = approvedAct(state, commitAction(state));
    return give(course, { kind: 'commit', stage: step.stage, try: 1, ...act });
  }
  const tries = state.stages.find((stage) => stage.name === step.stage)?.tries ?? 0;
  return give(course, { kind: 'stage', stage: step.stage, try: tries + 1 });
}
