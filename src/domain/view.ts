import type { Gate, GateAnswer } from '../contract/gate.ts';
import type { Lease, TaskRow, TaskSnapshot, Usage, WaitingFor } from '../contract/task.ts';
import { newestArtifacts } from './artifacts.ts';
import { type Spent, sumSpent, usageView } from './money.ts';
import { present } from './present.ts';
import { blockedBy, isEnded, type TaskState } from './task.ts';

/** The part of a lease that lives in memory: a heartbeat that brings nothing new writes nothing. */
export interface LeaseClock {
  readonly expiresAt: number;
  readonly lastHeartbeatAt?: number;
  readonly workId?: string | undefined;
  readonly progress?: Lease['progress'] | undefined;
}

/** Of a gate of an old log, which says it in four words only. */
const OLD_STATES = {
  pending: 'pending',
  approved: 'approved',
  rejected: 'rejected',
  'not-required': 'cancelled',
} as const satisfies Record<Gate['status'], Gate['state']>;

/** A gate as readers see it. One that an ended task left undecided asks nobody any more. */
export function gateView(task: TaskState, gate: Gate): Gate {
  if (gate.status === 'pending' && isEnded(task.status)) {
    return { ...gate, status: 'not-required', state: 'cancelled', reason: 'cancelled' };
  }
  const { state = OLD_STATES[gate.status] } = gate;
  const agreed = gate.status === 'approved' && { approved: gate.approved ?? gate.action };
  return { ...gate, state, ...agreed };
}

/** One gate as an answer; `not-required` for a name that the task does not have. */
export const gateAnswer = (task: TaskState, gate: Gate | undefined): GateAnswer =>
  gate === undefined ? { status: 'not-required' } : gateView(task, gate);

/** Newest first. */
export const gatesView = (state: TaskState): Gate[] =>
  state.gates.map((gate) => gateView(state, gate)).reverse();

export function waitingFor(state: TaskState): WaitingFor | undefined {
  if (state.status === 'queued') return 'runner';
  if (state.status === 'pending' && blockedBy(state).length > 0) return 'dependency';
  if (state.status === 'waiting-approval') return 'gate';
  return undefined;
}

function waitingDetail(state: TaskState): Record<string, unknown> | undefined {
  if (state.status === 'queued' && state.notBefore !== undefined)
    return { notBefore: state.notBefore };
  const open = new Set(blockedBy(state));
  if (state.status === 'pending' && open.size > 0)
    return { tasks: state.dependencies.filter(({ id }) => open.has(id)) };
  if (state.hold === undefined) return undefined;
  const gates = state.gates.filter((gate) => gate.id === state.hold?.gateId);
  return { gates: gates.map(({ id, name }) => ({ id, name })) };
}

/** The lease with what memory knows of it. */
export function leaseView(state: TaskState, clock: LeaseClock): Lease | undefined {
  if (state.lease === undefined) return undefined;
  const work = state.work?.workId ?? clock.workId;
  return {
    ...state.lease,
    expiresAt: new Date(clock.expiresAt).toISOString(),
    ...(clock.lastHeartbeatAt === undefined
      ? {}
      : { lastHeartbeatAt: new Date(clock.lastHeartbeatAt).toISOString() }),
    ...(work === undefined ? {} : { workId: work }),
    ...(clock.progress === undefined ? {} : { progress: clock.progress }),
  };
}

/** What a task and its subtasks have used together. */
export const spentWithSubtasks = ({ spent, subtasks }: TaskState): Spent =>
  sumSpent([spent, ...subtasks.map((subtask) => subtask.spent)]);

function usageOf(state: TaskState): Usage {
  const usage = usageView(state.spent);
  if (state.subtasks.length === 0) return usage;
  return { ...usage, withSubtasks: usageView(spentWithSubtasks(state)) };
}

/** A task in a list. */
export function taskRow(state: TaskState): TaskRow {
  const { id, projectId, description, status, workflow, autonomy, priority, effort } = state;
  return {
    id,
    projectId,
    description,
    status,
    workflow,
    autonomy,
    priority,
    effort,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    usage: usageOf(state),
    branchName: state.branchName,
    ...present({
      currentStage: state.currentStage,
      agent: state.stages.find(({ name }) => name === state.currentStage)?.agent,
      costLimit: state.budget?.extended.maxCostPerTask ?? state.plan.limits.maxCostPerTask,
      parentTaskId: state.parent?.id,
      subtaskIds: state.subtasks.length === 0 ? undefined : state.subtasks.map(({ id }) => id),
      trashedAt: state.trashedAt,
      archivedAt: state.archivedAt,
      waitingFor: waitingFor(state),
      error: state.error,
      completedAt: state.completedAt,
      pausedAt: state.pausedAt,
      pauseReason: state.pauseReason,
    }),
  };
}

/** What the listing keeps of a task: its row, and what it is found by beside. */
export const listedOf = (state: TaskState) => ({
  row: taskRow(state),
  environment: state.environment,
  seq: state.seq,
});

/** A task as events carry it. With `clock`, its lease stands in it too. */
export function taskSnapshot(state: TaskState, clock?: LeaseClock): TaskSnapshot {
  return {
    ...taskRow(state),
    branchName: state.branchName,
    environment: state.environment,
    attempt: state.attempt,
    retryCount: state.attempt - 1,
    maxRetries: state.maxRetries,
    resumeAttempts: state.resumeAttempts,
    dependsOn: state.dependencies.map(({ id }) => id),
    blockedBy: blockedBy(state),
    subtaskIds: state.subtasks.map(({ id }) => id),
    stages: state.stages.map(({ tries, failures: _, ...stage }) => ({
      ...stage,
      attempts: tries,
    })),
    gates: gatesView(state),
    createdBy: state.createdBy,
    artifacts: newestArtifacts(state.artifacts ?? []),
    seq: state.seq,
    ...present({
      acceptanceCriteria: state.acceptanceCriteria,
      subtaskStrategy: state.strategy,
      requires: state.requires.length === 0 ? undefined : [...state.requires],
      concurrency: state.concurrency,
      statusMessage: state.statusMessage,
      waitingDetail: waitingDetail(state),
      resumeAfter: state.resumeAfter,
      feedback: state.feedback.length === 0 ? undefined : [...state.feedback],
      metadata: state.metadata,
      lease: clock === undefined ? undefined : leaseView(state, clock),
    }),
  };
}

/** How much of what people have said an event repeats; all of it is in the log, and in the task itself. */
const TOLD_FEEDBACK = 10;
const TOLD_ARTIFACTS = 20;

/**
 * A task inside an event. An event is one row, so what may grow without end stands in it with its newest only: one
 * instance of each gate, the last feedback, the last artifacts.
 */
export function toldSnapshot(state: TaskState): TaskSnapshot {
  const { feedback, ...whole } = taskSnapshot(state);
  const snapshot = { ...whole, artifacts: whole.artifacts.slice(-TOLD_ARTIFACTS) };
  const names = new Set<string>();
  const gates = snapshot.gates.filter(({ name }) => !names.has(name) && names.add(name));
  if (feedback === undefined) return { ...snapshot, gates };
  return { ...snapshot, gates, feedback: feedback.slice(-TOLD_FEEDBACK) };
}
