import type { EventData, TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import { isFolded } from './draft.ts';
import { type BudgetEvent, countBudget, evolveBudget, isOfBudget } from './evolve-budget.ts';
import { evolveFamily } from './evolve-family.ts';
import { evolveGate } from './evolve-gate.ts';
import { evolveMessage } from './evolve-message.ts';
import { evolveRun } from './evolve-run.ts';
import { evolveShelf } from './evolve-shelf.ts';
import { NOTHING_SPENT } from './money.ts';
import type { TaskState } from './task.ts';

function created(event: Extract<TaskEvent, { type: 'task:created' }>): TaskState {
  const { data } = event;
  return {
    id: event.taskId,
    projectId: data.projectId,
    environment: data.environment,
    description: data.description,
    ...(data.acceptanceCriteria === undefined
      ? {}
      : { acceptanceCriteria: data.acceptanceCriteria }),
    ...(data.metadata === undefined ? {} : { metadata: data.metadata }),
    workflow: data.workflow,
    autonomy: data.autonomy,
    priority: data.priority,
    effort: data.effort,
    branchName: data.branchName,
    createdAt: data.createdAt,
    createdBy: data.createdBy,
    plan: data.plan,
    requires: data.requires ?? [],
    ...(data.concurrency === undefined ? {} : { concurrency: data.concurrency }),
    seq: event.seq,
    logs: 0,
    updatedAt: event.timestamp,
    status: 'pending',
    attempt: 1,
    maxRetries: data.maxRetries,
    automaticRetries: 0,
    resumeAttempts: 0,
    stages: data.plan.stages.map(({ name, agent }) => ({
      name,
      agent,
      status: 'pending',
      tries: 0,
      failures: 0,
    })),
    gates: data.gates,
    feedback: [],
    epoch: 0,
    producers: {},
    outputs: {},
    committed: false,
    merged: false,
    spent: NOTHING_SPENT,
    ...(data.parent === undefined ? {} : { parent: data.parent }),
    dependencies: data.dependencies ?? [],
    parked: data.parent !== undefined,
    subtasks: [],
    executing: false,
    unbegun: false,
  };
}

function spent(state: TaskState, data: EventData<'usage:updated'>): TaskState {
  const { inputTokens, outputTokens, costMicros } = data;
  return withChange(state, { spent: { inputTokens, outputTokens, costMicros } });
}

function folded(state: TaskState, event: Exclude<TaskEvent, BudgetEvent>): TaskState {
  switch (event.type) {
    case 'task:created':
      return created(event);
    case 'usage:updated':
      return spent(state, event.data);
    case 'changes:report':
      return state;
    case 'output:set':
      return withChange(state, {
        outputs: { ...state.outputs, [event.data.key]: event.data.value },
      });
    case 'checkpoint:saved':
      return withChange(state, { checkpoint: event.data });
    case 'artifact:added':
      return withChange(state, { artifacts: [...(state.artifacts ?? []), event.data.artifact] });
    case 'task:message':
      return evolveMessage(withChange(state, { updatedAt: event.timestamp }), event);
    case 'gate:required':
    case 'gate:approved':
    case 'gate:vote':
    case 'gate:rejected':
    case 'gate:changes-requested':
    case 'gate:escalated':
    case 'gate:waived':
    case 'gate:edited':
    case 'gate:delegated':
    case 'gate:withdrawn':
    case 'gate:consumed':
    case 'gate:mismatch':
    case 'gate:cancelled':
      return evolveGate(withChange(state, { updatedAt: event.timestamp }), event);
    case 'task:decomposed':
    case 'subtask:created':
    case 'subtask:completed':
    case 'subtask:failed':
    case 'subtask:cancelled':
    case 'subtask:changed':
    case 'dependency:changed':
      return evolveFamily(withChange(state, { updatedAt: event.timestamp }), event);
    case 'task:trashed':
    case 'task:restored':
    case 'task:archived':
    case 'task:unarchived':
    case 'trash:emptied':
      return evolveShelf(withChange(state, { updatedAt: event.timestamp }), event);
    case 'log:entry':
    case 'agent:message':
    case 'agent:thinking':
    case 'agent:tool-use':
    case 'agent:tool-result':
    case 'agent:progress':
      return state;
    default:
      return evolveRun(withChange(state, { updatedAt: event.timestamp }), event);
  }
}

/** Counts events that state is not folded from, up to `seq`; `logs` of them are log lines. */
export function passOver(state: TaskState, seq: number, logs: number): TaskState {
  return state.seq === seq ? state : { ...state, seq, logs: state.logs + logs };
}

/** Applies what did happen. It never refuses and never decides: old logs replay for ever. */
export function evolve(state: TaskState | null, event: TaskEvent): TaskState {
  if (event.type === 'task:created') return created(event);
  if (state === null)
    throw new Error(`The log of ${event.taskId} does not begin with its creation.`);
  if (isFolded(event.type)) {
    const after = isOfBudget(event) ? evolveBudget(state, event) : folded(state, event);
    return { ...countBudget(state, after, event), seq: event.seq };
  }
  return passOver(state, event.seq, event.type === 'log:entry' ? 1 : 0);
}
