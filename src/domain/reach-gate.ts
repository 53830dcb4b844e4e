// A task comes to a gate: from here on people are asked.

import type { Gate, GateAction } from '../contract/gate.ts';
import type { PlannedGate } from '../contract/plan.ts';
import type { TaskStatus } from '../contract/task.ts';
import { actionHash } from './action.ts';
import type { Course } from './course.ts';
import { bindingHash, policyHash } from './gate-binding.ts';
import { isUsable, proposedHash } from './gate-live.ts';
import { policyOf, toldPolicy } from './gate-policy.ts';
import { gateNamed, instancesOf, openPlanned, requesterOf } from './gates.ts';

/** Nobody is asked any more about what has been replaced. */
function cancelReplaced(course: Course, gate: Gate): void {
  course.add({
    type: 'gate:cancelled',
    data: {
      gateId: gate.id,
      gateName: gate.name,
      instance: gate.instance,
      status: course.state.status,
      by: 'clock',
      byId: 'clock',
      reason: 'action_changed',
      changed: { state: 'cancelled', status: 'not-required', reason: 'cancelled' },
    },
  });
}

/**
 * The instance that is asked: the pending one, which was declared with the default action and now gets its concrete one,
 * or a new one. A pending instance of another concrete action is closed, and so is an approval that does not fit any more.
 */
export function reachGate(course: Course, planned: PlannedGate, action?: GateAction): Gate {
  const { state, nowMs } = course;
  const newest = gateNamed(state, planned.name);
  if (newest?.status === 'pending') {
    const hash = action === undefined ? proposedHash(newest) : actionHash(action);
    if (action === undefined || hash === proposedHash(newest)) return newest;
    if (newest.action.type === 'gate.default') return { ...newest, action, actionHash: hash };
    cancelReplaced(course, newest);
  } else if (newest !== undefined && isUsable(newest)) {
    // It was for what is to be done no more: left behind, it would still let somebody do it.
    cancelReplaced(course, newest);
  }
  const instance = instancesOf(course.state, planned.name) + 1;
  return openPlanned(planned, course.state, { instance, nowMs, action });
}

type Required = Extract<Parameters<Course['add']>[0], { type: 'gate:required' }>['data'];
export type Held = NonNullable<Required['held']>;

interface Asked {
  readonly status: TaskStatus;
  /** Absent: the task's work goes on. */
  readonly held?: Held | undefined;
}

/** Asks people about a gate from now on: its record is whole, and its time runs. */
export function askGate(course: Course, gate: Gate, { status, held }: Asked): Course {
  const { state, nowMs } = course;
  const isNew = !state.gates.some((known) => known.id === gate.id);
  const whole = policyOf(gate);
  const policy = toldPolicy(whole);
  const after = (seconds: number) => new Date(nowMs + seconds * 1_000).toISOString();
  const { id: taskId, projectId, environment, attempt } = state;
  const at = gate.stage === undefined ? {} : { stage: gate.stage };
  const bound: Gate = {
    ...gate,
    requester: isNew && gate.requester !== undefined ? gate.requester : requesterOf(state),
    context: { projectId, environment, taskId, attempt, ...at },
    policy,
    policyHash: policyHash(policy),
  };
  const hash = bindingHash(state, bound);
  return course.add({
    type: 'gate:required',
    data: {
      gateId: gate.id,
      gateName: gate.name,
      instance: gate.instance,
      ...at,
      action: gate.action,
      actionHash: gate.actionHash,
      approvers: whole.from ?? [],
      quorum: policy.required,
      expiresAt: after(policy.expiresInSeconds),
      ...(policy.waitSeconds === 0 ? {} : { notBefore: after(policy.waitSeconds) }),
      bindingHash: hash,
      ...(gate.advisory === undefined ? {} : { advisory: gate.advisory }),
      ...(bound.requester === undefined ? {} : { requester: bound.requester }),
      ...(bound.context === undefined ? {} : { context: bound.context }),
      policy,
      policyHash: policyHash(policy),
      status,
      ...(isNew ? { opened: gate } : {}),
      ...(held === undefined ? {} : { held }),
    },
  });
}

/** Stops the task before a gate. */
export const holdAt = (course: Course, gate: Gate, held: Held): Course =>
  askGate(course, gate, { status: 'waiting-approval', held });
