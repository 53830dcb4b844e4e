import type { Gate, GateAction } from '../contract/gate.ts';
import type { PlannedGate } from '../contract/plan.ts';
import { SUBTASK_STAGE } from '../contract/subtask.ts';
import { actionHash } from './action.ts';
import type { Course } from './course.ts';
import { failedSubtasks, openSubtasks } from './family.ts';
import { gateNamed, instancesOf, openPlanned } from './gates.ts';
import { derivedId } from './id.ts';
import { nextStep } from './next-step.ts';
import { blockedBy, type GivenWork, workingStatus } from './task.ts';
import { commitAction, continueAction, mergeAction } from './work-action.ts';

/** The instance that is asked: the pending one under its concrete action, or a new one. */
export function reachGate(course: Course, planned: PlannedGate, action?: GateAction): Gate {
  const { state, nowMs } = course;
  const newest = gateNamed(state, planned.name);
  if (newest?.status === 'pending') {
    return action === undefined ? newest : { ...newest, action, actionHash: actionHash(action) };
  }
  return openPlanned(planned, {
    taskId: state.id,
    instance: instancesOf(state, planned.name) + 1,
    attempt: state.attempt,
    nowMs,
    ...(action === undefined ? {} : { action }),
  });
}

type Held = NonNullable<
  Extract<Parameters<Course['add']>[0], { type: 'gate:required' }>['data']['held']
>;

/** Stops the task before a gate. */
export function holdAt(course: Course, gate: Gate, held: Held): Course {
  const isNew = !course.state.gates.some((known) => known.id === gate.id);
  return course.add({
    type: 'gate:required',
    data: {
      gateId: gate.id,
      gateName: gate.name,
      ...(gate.stage === undefined ? {} : { stage: gate.stage }),
      action: gate.action,
      actionHash: gate.actionHash,
      approvers: gate.approvers ?? [],
      quorum: gate.quorum ?? 1,
      ...(gate.timeoutMinutes === undefined
        ? {}
        : { expiresAt: new Date(course.nowMs + gate.timeoutMinutes * 60_000).toISOString() }),
      status: 'waiting-approval',
      ...(isNew ? { opened: gate } : {}),
      held,
    },
  });
}

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
    const action = gate.at === 'commit' ? commitAction(state) : continueAction(state, gate);
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
    return give(course, { kind: 'merge', stage, try: 1, action: mergeAction(state) });
  }
  if (step.do === 'commit') {
    const gateId = gateNamed(state, 'commit')?.id;
    const work = {
      kind: 'commit',
      stage: step.stage,
      try: 1,
      action: commitAction(state),
    } as const;
    return give(course, gateId === undefined ? work : { ...work, gateId });
  }
  const tries = state.stages.find((stage) => stage.name === step.stage)?.tries ?? 0;
  return give(course, { kind: 'stage', stage: step.stage, try: tries + 1 });
}
