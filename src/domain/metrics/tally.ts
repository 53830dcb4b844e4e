// What follows from the events of one task for the sums of its project.

import type { EventData, TaskEvent } from '../../contract/event.ts';
import { UNKNOWN } from '../../contract/metrics.ts';
import type { TaskStatus } from '../../contract/task.ts';
import { NOTHING_SPENT, type Spent } from '../money.ts';
import { isWorking } from '../task.ts';
import { Changes } from './change.ts';

/** What has to be remembered of a task to count what comes next. Times are in milliseconds. */
export interface Tally {
  readonly phase: 'rest' | 'active' | 'waiting';
  /** Since when it is queued, at work, before a gate; null: it is not. */
  readonly queuedAt: number | null;
  readonly begunAt: number | null;
  readonly gate: { readonly id: string; readonly at: number } | null;
  /** Who was last at work. */
  readonly agent: string;
  /** What is counted of it; null for a task that was there before anything was counted. */
  readonly spent: Spent | null;
  /** Whose use of it is counted. */
  readonly agents: readonly string[];
  readonly models: readonly string[];
}

export const UNSEEN: Tally = {
  phase: 'rest',
  queuedAt: null,
  begunAt: null,
  gate: null,
  agent: UNKNOWN,
  spent: null,
  agents: [],
  models: [],
};

/** Of the names of agents, and of models, that are remembered of a task: others count in no task. */
const NAMES_MAX = 50;

const phaseOf = (status: TaskStatus): Tally['phase'] => {
  if (isWorking(status)) return 'active';
  return status === 'waiting-approval' ? 'waiting' : 'rest';
};

/** What the task is after the event; null for an event that says nothing about it. */
const statusOf = ({ type, data }: TaskEvent): TaskStatus | null => {
  // Trashed and archived, a task is still what it was.
  if (type === 'task:created') return 'pending';
  return 'status' in data ? data.status : null;
};

function move(tally: Tally, status: TaskStatus, at: number, changes: Changes): Tally {
  const phase = phaseOf(status);
  if (phase !== tally.phase) {
    const by = (which: Tally['phase']) => Number(phase === which) - Number(tally.phase === which);
    changes.count(at, { active: by('active'), waiting: by('waiting') });
  }
  const isQueued = status === 'queued';
  if (phase === 'active' && tally.queuedAt !== null) {
    changes.sample('queue', { at, value: Math.max(0, at - tally.queuedAt) });
  }
  return {
    ...tally,
    phase,
    queuedAt: isQueued ? (tally.queuedAt ?? at) : null,
    begunAt: tally.begunAt ?? (phase === 'active' ? at : null),
  };
}

function end(tally: Tally, type: TaskEvent['type'], at: number, changes: Changes): Tally {
  const what = type === 'task:completed' ? 'completed' : 'failed';
  if (type === 'task:cancelled') changes.count(at, { cancelled: 1 });
  else {
    changes.count(at, { [what]: 1 });
    const { begunAt } = tally;
    if (begunAt !== null) changes.sample('duration', { at, value: Math.max(0, at - begunAt) });
  }
  return { ...tally, begunAt: null, gate: null };
}

type Decided = Extract<
  TaskEvent,
  { type: 'gate:approved' | 'gate:rejected' | 'gate:changes-requested' }
>;

function decide(tally: Tally, event: Decided, at: number, changes: Changes): Tally {
  const isExpired = event.type === 'gate:rejected' && event.data.reason === 'timeout';
  if (isExpired) changes.count(at, { gatesExpired: 1 });
  else if (event.type === 'gate:approved') changes.count(at, { gatesApproved: 1 });
  else changes.count(at, { gatesRejected: 1 });
  const { gate } = tally;
  if (gate === null || gate.id !== event.data.gateId) return tally;
  if (!isExpired) changes.sample('gate', { at, value: Math.max(0, at - gate.at) });
  return { ...tally, gate: null };
}

/** What is told is what was used altogether: only what is more than before counts. */
function use(tally: Tally, data: EventData<'usage:updated'>, at: number, changes: Changes): Tally {
  const { inputTokens, outputTokens, costMicros } = data;
  const spent = { inputTokens, outputTokens, costMicros };
  const before = tally.spent;
  if (before === null) return { ...tally, spent };
  const { agent } = tally;
  const model = data.model || UNKNOWN;
  const first = (names: readonly string[], name: string): boolean =>
    !names.includes(name) && names.length < NAMES_MAX;
  const isNewAgent = first(tally.agents, agent);
  const isNewModel = first(tally.models, model);
  changes.use(at, {
    agent,
    model,
    inputTokens: Math.max(0, inputTokens - before.inputTokens),
    outputTokens: Math.max(0, outputTokens - before.outputTokens),
    costMicros: Math.max(0, costMicros - before.costMicros),
    agentTasks: Number(isNewAgent),
    modelTasks: Number(isNewModel),
  });
  return {
    ...tally,
    spent,
    agents: isNewAgent ? [...tally.agents, agent] : tally.agents,
    models: isNewModel ? [...tally.models, model] : tally.models,
  };
}

function step(before: Tally, event: TaskEvent, changes: Changes): Tally {
  const at = Date.parse(event.timestamp);
  const status = statusOf(event);
  const tally = status === null ? before : move(before, status, at, changes);
  switch (event.type) {
    case 'task:created':
      changes.count(at, { created: 1 });
      return { ...UNSEEN, spent: NOTHING_SPENT };
    case 'task:stage-changed':
      return { ...tally, agent: event.data.agent ?? tally.agent };
    case 'task:completed':
    case 'task:failed':
    case 'task:cancelled':
      return end(tally, event.type, at, changes);
    case 'gate:required':
      if (tally.gate?.id === event.data.gateId) return tally;
      changes.count(at, { gatesOpened: 1 });
      return { ...tally, gate: { id: event.data.gateId, at } };
    case 'gate:approved':
    case 'gate:rejected':
    case 'gate:changes-requested':
      return decide(tally, event, at, changes);
    case 'usage:updated':
      return use(tally, event.data, at, changes);
    default:
      return tally;
  }
}

/** Counts what has happened to a task, in order and each event once. */
export function countTask(before: Tally, events: readonly TaskEvent[]) {
  const changes = new Changes();
  let tally = before;
  for (const event of events) tally = step(tally, event, changes);
  return { tally, days: changes.days, usage: changes.usage };
}
