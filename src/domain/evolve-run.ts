import type { EventData, TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import type { GateEvent } from './evolve-gate.ts';
import type { StageState, TaskState } from './task.ts';

type Told = Extract<
  TaskEvent,
  {
    type:
      | `agent:${string}`
      | 'log:entry'
      | 'task:created'
      | 'usage:updated'
      | 'changes:report'
      | 'output:set'
      | 'checkpoint:saved';
  }
>;
type RunEvent = Exclude<TaskEvent, Told | GateEvent>;

const REST: ReadonlySet<string> = new Set(['pending', 'failed', 'skipped']);

function begin(stage: StageState, at: string): StageState {
  const { name, agent, tries } = stage;
  return { name, agent, status: 'running', startedAt: at, tries: tries + 1 };
}

function complete(stage: StageState, at: string, summary?: string): StageState {
  return {
    ...stage,
    status: 'completed',
    completedAt: at,
    ...(summary === undefined ? {} : { summary }),
  };
}

const unbegun = ({ name, agent, tries }: StageState): StageState => ({
  name,
  agent,
  status: 'pending',
  tries,
});

/** A stage that runs when the task stops in its midst goes back to be run again. */
const interrupt = (
  stages: readonly StageState[],
  to: 'pending' | 'failed',
): readonly StageState[] =>
  stages.map((stage) => (stage.status === 'running' ? { ...stage, status: to } : stage));

function stageChanged(
  state: TaskState,
  at: string,
  data: EventData<'task:stage-changed'>,
): TaskState {
  // Under a lease the work that was given moves the stages; what its agent reports is a label.
  const moves = data.workId !== undefined || state.lease === undefined;
  const target = moves ? state.stages.findIndex((stage) => stage.name === data.stage) : -1;
  const stages = state.stages.map((stage, index) => {
    // A stage that a report began and a runner then takes up is another try.
    const goesOn = stage.status === 'running' && data.workId === undefined;
    if (index === target) return goesOn ? stage : begin(stage, at);
    if (target !== -1 && index < target && stage.status === 'running') return complete(stage, at);
    return stage;
  });
  return withChange(state, {
    status: data.status,
    stages,
    notBefore: undefined,
    pausedAt: undefined,
    pauseReason: undefined,
    resumeAfter: undefined,
    ...(data.stage === undefined ? {} : { currentStage: data.stage }),
    ...(data.message === undefined ? {} : { statusMessage: data.message }),
  });
}

function workFinished(state: TaskState, at: string, data: EventData<'work:finished'>): TaskState {
  const completed = data.outcome === 'completed';
  const { workId, digest } = data;
  const earlier = state.finished;
  const before = earlier === undefined ? [] : [...(earlier.before ?? []), earlier.workId];
  const change = { work: undefined, finished: { workId, digest, before } };
  if (!completed) {
    const to = data.outcome === 'failed' ? 'failed' : 'pending';
    return withChange(state, { ...change, stages: interrupt(state.stages, to) });
  }
  if (data.kind === 'commit') {
    return withChange(state, { ...change, uncommitted: undefined, committed: true });
  }
  if (data.kind === 'merge') return withChange(state, { ...change, merged: true });
  const changed = data.changes !== undefined && data.changes.files > 0;
  return withChange(state, {
    ...change,
    stages: state.stages.map((stage) =>
      stage.name === data.stage ? complete(stage, at, data.summary) : stage,
    ),
    outputs: { ...state.outputs, ...data.outputs },
    uncommitted: changed ? data.changes : undefined,
  });
}

function ended(state: TaskState, at: string, event: RunEvent): TaskState {
  const change = {
    status: 'failed',
    epoch: state.epoch + 1,
    work: undefined,
    hold: undefined,
    pausedAt: undefined,
    pauseReason: undefined,
    resumeAfter: undefined,
    notBefore: undefined,
  } as const;
  switch (event.type) {
    case 'task:completed':
      return withChange(state, {
        ...change,
        status: 'completed',
        completedAt: at,
        stages: state.stages.map((stage) => {
          if (stage.status === 'running') return complete(stage, at);
          return REST.has(stage.status) ? { ...stage, status: 'skipped' } : stage;
        }),
      });
    case 'task:failed':
      return withChange(state, {
        ...change,
        error: event.data.error,
        stages: interrupt(state.stages, 'failed'),
      });
    case 'task:cancelled':
      return withChange(state, {
        ...change,
        status: 'cancelled',
        error: event.data.error,
        stages: interrupt(state.stages, 'pending'),
      });
    default:
      return state;
  }
}

function retried(state: TaskState, data: EventData<'task:retried'>): TaskState {
  const from = state.stages.findIndex((stage) => stage.name === data.from);
  const byHand = data.automatic
    ? { automaticRetries: state.automaticRetries + 1 }
    : {
        automaticRetries: 0,
        feedback: [],
        gates: [...state.gates, ...data.gates],
        merged: false,
        committed: false,
      };
  return withChange(state, {
    status: data.status,
    attempt: data.attempt,
    epoch: state.epoch + 1,
    stages: state.stages.map((stage, index) =>
      from !== -1 && index >= from ? unbegun(stage) : stage,
    ),
    error: undefined,
    completedAt: undefined,
    work: undefined,
    hold: undefined,
    producers: {},
    // A stage that runs again makes its changes again; those of a stage that is kept are still to be committed.
    uncommitted: state.stages[from]?.status === 'completed' ? undefined : state.uncommitted,
    ...byHand,
  });
}

function leaseEnded(state: TaskState, data: EventData<'lease:ended'>): TaskState {
  return withChange(state, {
    epoch: data.epoch,
    lease: undefined,
    lastLease: { leaseId: data.leaseId, runnerId: data.runnerId, reason: data.reason },
    work: undefined,
    producers: {},
    stages: interrupt(state.stages, 'pending'),
  });
}

/** Folds what happens to the run of a task: queue, leases, work, stages, its end. */
export function evolveRun(state: TaskState, event: RunEvent): TaskState {
  const at = event.timestamp;
  switch (event.type) {
    case 'task:queued':
      return withChange(state, {
        status: event.data.status,
        pausedAt: undefined,
        pauseReason: undefined,
        resumeAfter: undefined,
        notBefore: event.data.notBefore,
      });
    case 'task:started':
      return withChange(state, { status: event.data.status, notBefore: undefined });
    case 'task:stage-changed':
      return stageChanged(state, at, event.data);
    case 'task:completed':
    case 'task:failed':
    case 'task:cancelled':
      return ended(state, at, event);
    case 'task:retried':
      return retried(state, event.data);
    case 'task:resumed':
      return withChange(state, {
        status: event.data.status,
        resumeAttempts: state.resumeAttempts + 1,
        pausedAt: undefined,
        pauseReason: undefined,
        resumeAfter: undefined,
      });
    case 'task:paused':
      return withChange(state, {
        status: event.data.status,
        pausedAt: event.data.pausedAt,
        pauseReason: event.data.reason,
        resumeAfter: event.data.resumeAfter,
        notBefore: undefined,
      });
    case 'work:given': {
      const { status, ...work } = event.data;
      return withChange(state, { status, work });
    }
    case 'work:finished':
      return workFinished(state, at, event.data);
    case 'lease:acquired': {
      const { leaseId, runnerId, runnerName, epoch } = event.data;
      return withChange(state, {
        epoch,
        lease: { leaseId, runnerId, runnerName, epoch, grantedAt: at },
        producers: {},
        finished: undefined,
      });
    }
    case 'lease:ended':
      return leaseEnded(state, event.data);
    default:
      return event satisfies never;
  }
}
