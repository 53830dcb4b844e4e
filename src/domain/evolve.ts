import type { EventData, TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import { isFolded } from './draft.ts';
import { evolveGate } from './evolve-gate.ts';
import { evolveRun } from './evolve-run.ts';
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
    spent: { inputTokens: 0, outputTokens: 0, costMicros: 0 },
  };
}

function spent(state: TaskState, data: EventData<'usage:updated'>): TaskState {
  const { inputTokens, outputTokens, costMicros } = data;
  return withChange(state, { spent: { inputTokens, outputTokens, costMicros } });
}

function folded(state: TaskState, event: TaskEvent): TaskState {
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
    case 'gate:required':
    case 'gate:approved':
    case 'gate:rejected':
    case 'gate:changes-requested':
      return evolveGate(withChange(state, { updatedAt: event.timestamp }), event);
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

/** Applies what did happen. It never refuses and never decides: old logs replay for ever. */
export function evolve(state: TaskState | null, event: TaskEvent): TaskState {
  if (event.type === 'task:created') return created(event);
  if (state === null)
    throw new Error(`The log of ${event.taskId} does not begin with its creation.`);
  const next = isFolded(event.type) ? folded(state, event) : state;
  const logs = next.logs + (event.type === 'log:entry' ? 1 : 0);
  return { ...next, seq: event.seq, logs };
}
