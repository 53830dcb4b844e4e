import type { EventData, TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import { evolveEnd, evolveRetry } from './evolve-attempt.ts';
import type { BudgetEvent } from './evolve-budget.ts';
import type { FamilyEvent } from './evolve-family.ts';
import type { GateEvent } from './evolve-gate.ts';
import { givenWith, heardBy, type MessageEvent } from './evolve-message.ts';
import type { ShelfEvent } from './evolve-shelf.ts';
import { evolveWait } from './evolve-wait.ts';
import { begin, complete, interrupt } from './stage-state.ts';
import type { TaskState } from './task.ts';

type Told = Extract<
  TaskEvent,
  {
    type:
      | `agent:${string}`
      | 'log:entry'
      | 'artifact:added'
      | 'task:created'
      | 'usage:updated'
      | 'changes:report'
      | 'output:set'
      | 'checkpoint:saved';
  }
>;
type RunEvent = Exclude<
  TaskEvent,
  Told | BudgetEvent | GateEvent | FamilyEvent | ShelfEvent | MessageEvent
>;

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
    parked: false,
    unbegun: false,
    ...(data.executes === undefined ? {} : { executing: true }),
    pausedAt: undefined,
    pauseReason: undefined,
    resumeAfter: undefined,
    ...(data.stage === undefined ? {} : { currentStage: data.stage }),
    ...(data.message === undefined ? {} : { statusMessage: data.message }),
  });
}

/** What was done under an approval stands beside what was approved. */
function withEffective(
  { gates, work }: TaskState,
  { effectiveHash }: EventData<'work:finished'>,
): TaskState['gates'] {
  if (work?.gateId === undefined || effectiveHash === undefined) return gates;
  return gates.map((gate) => {
    if (gate.id !== work.gateId || gate.consume === undefined) return gate;
    const consume = { ...gate.consume, effectiveHash };
    return gate.actionHash === effectiveHash
      ? { ...gate, consume, effective: gate.action }
      : { ...gate, consume };
  });
}

function workFinished(state: TaskState, at: string, data: EventData<'work:finished'>): TaskState {
  const completed = data.outcome === 'completed';
  const { workId, digest } = data;
  const earlier = state.finished;
  const before = earlier === undefined ? [] : [...(earlier.before ?? []), earlier.workId];
  const gates = withEffective(state, data);
  const change = { work: undefined, finished: { workId, digest, before }, gates };
  if (!completed) {
    const to = data.outcome === 'failed' ? 'failed' : 'pending';
    const stages = interrupt(state.stages, to).map((stage) =>
      data.outcome === 'failed' && data.kind === 'stage' && stage.name === data.stage
        ? { ...stage, failures: stage.failures + 1 }
        : stage,
    );
    const isHalted = data.outcome !== 'failed' && data.changes?.patch !== undefined;
    return withChange(state, {
      ...change,
      stages,
      ...(isHalted ? { interrupted: data.changes } : {}),
    });
  }
  if (data.kind === 'commit') {
    const lastCommit = data.outputs?.['commit'] ?? state.lastCommit;
    return withChange(state, { ...change, uncommitted: undefined, committed: true, lastCommit });
  }
  if (data.kind === 'merge') return withChange(state, { ...change, merged: true });
  const changed = data.changes !== undefined && data.changes.files > 0;
  return withChange(state, {
    ...change,
    ...heardBy(state, workId),
    stages: state.stages.map((stage) =>
      stage.name === data.stage ? complete(stage, at, data.summary) : stage,
    ),
    outputs: { ...state.outputs, ...data.outputs },
    uncommitted: changed ? data.changes : undefined,
    interrupted: undefined,
  });
}

function leaseEnded(state: TaskState, data: EventData<'lease:ended'>): TaskState {
  return withChange(state, {
    epoch: data.epoch,
    lease: undefined,
    lastLease: { leaseId: data.leaseId, runnerId: data.runnerId, reason: data.reason },
    ...(data.byId === undefined ? {} : { forced: true as const }),
    work: undefined,
    producers: {},
    stages: interrupt(state.stages, 'pending'),
  });
}

/** Folds what happens to the run of a task: queue, leases, work, stages, its end. */
export function evolveRun(state: TaskState, event: RunEvent): TaskState {
  const at = event.timestamp;
  switch (event.type) {
    case 'task:started':
      return withChange(state, { status: event.data.status, notBefore: undefined });
    case 'task:stage-changed':
      return stageChanged(state, at, event.data);
    case 'task:completed':
    case 'task:failed':
    case 'task:cancelled':
      return evolveEnd(state, at, event);
    case 'task:retried':
      return evolveRetry(state, event.data);
    case 'task:queued':
    case 'task:resumed':
    case 'task:paused':
      return evolveWait(state, event);
    case 'work:given': {
      const { status, ...work } = event.data;
      const said = work.kind === 'stage' ? givenWith(state, work.workId) : {};
      const given = { ...work, givenAt: at };
      return withChange(state, { status, work: given, ...said });
    }
    case 'work:finished':
      return workFinished(state, at, event.data);
    case 'lease:acquired': {
      const { leaseId, runnerId, runnerName, runnerOwner, epoch } = event.data;
      const owner = runnerOwner === undefined ? {} : { runnerOwner };
      return withChange(state, {
        epoch,
        lease: { leaseId, runnerId, runnerName, ...owner, epoch, grantedAt: at },
        producers: {},
        finished: undefined,
      });
    }
    case 'task:stalled':
      return withChange(state, { stalledSeq: event.seq });
    case 'lease:ended':
      return leaseEnded(state, event.data);
    default:
      return event satisfies never;
  }
}
