import { z } from 'zod';
import { Artifact } from './artifact.ts';
import { BudgetExtended, BudgetReserved, BudgetThreshold, Slice } from './event-budget.ts';
import {
  GateApproved,
  GateChanged,
  GateChangesRequested,
  GateRejected,
  GateRequired,
  GateVoted,
} from './event-gate.ts';
import {
  Decomposition,
  Dependency,
  DependencyChanged,
  ParentLink,
  SubtaskCreated,
  SubtaskTold,
} from './event-subtask.ts';
import { TaskMessage, TaskStalled, WorkFinished, WorkGiven } from './event-work.ts';
import { Gate } from './gate.ts';
import { Plan } from './plan.ts';
import { LogLevel, TaskSnapshot, TaskStatus, Usage, WaitingFor } from './task.ts';

const envelope = {
  taskId: z.string(),
  timestamp: z.string().meta({ description: 'ISO 8601, milliseconds, Z.' }),
  seq: z.number().int().min(1).meta({ description: '1, 2, 3 … per task, without gaps.' }),
};

const event = <T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.object({ type: z.literal(type), ...envelope, data });

const status = TaskStatus;
const snapshot = TaskSnapshot.optional();
const text = z.string();
const seqNo = z.number().int();

const StageChange = z.object({
  status,
  stage: text.optional(),
  message: text.optional(),
  agent: text.optional(),
  workId: text.optional().meta({ description: 'Where a runner begins the stage.' }),
  executes: z.literal(true).optional().meta({ description: 'Its subtasks are begun.' }),
});

/**
 * Every event of a task. Schemas only gain optional fields; a new meaning is a new type. `task:state`, the first frame
 * of a stream, is no event of the log.
 */
export const TaskEvent = z
  .discriminatedUnion('type', [
    event(
      'task:created',
      z.object({
        ...TaskSnapshot.shape,
        plan: Plan,
        parent: ParentLink.optional(),
        dependencies: z.array(Dependency).optional(),
      }),
    ),
    event('task:queued', z.object({ status, waitingFor: WaitingFor, notBefore: text.optional() })),
    event('task:started', TaskSnapshot.partial().extend({ status })),
    event('task:stage-changed', StageChange),
    event('task:completed', TaskSnapshot.partial().extend({ status })),
    event('task:failed', z.object({ task: snapshot, error: text, status })),
    event(
      'task:cancelled',
      z.object({ task: snapshot, error: text, status, reason: text.optional() }),
    ),
    event(
      'task:retried',
      z.object({
        task: snapshot,
        attempt: seqNo,
        status,
        from: text,
        automatic: z.boolean(),
        gates: z.array(Gate).meta({ description: 'The instances that are asked again.' }),
      }),
    ),
    event('task:resumed', z.object({ task: snapshot, status })),
    event(
      'task:paused',
      z.object({
        task: snapshot,
        reason: text,
        pausedAt: text,
        resumeAfter: text.optional(),
        status,
      }),
    ),
    event('task:message', TaskMessage),
    event('task:stalled', TaskStalled),
    event('task:decomposed', Decomposition),
    event(
      'task:trashed',
      z.object({
        task: snapshot,
        trashedAt: text,
        status,
        restoresTo: status.meta({ description: 'What a restored task is.' }),
      }),
    ),
    event('task:restored', z.object({ task: snapshot, status })),
    event('task:archived', z.object({ task: snapshot, archivedAt: text, status })),
    event('task:unarchived', z.object({ task: snapshot, status })),
    event('trash:emptied', z.object({ deletedCount: seqNo, deletedTaskIds: z.array(text) })),
    event('subtask:created', SubtaskCreated),
    event('subtask:completed', SubtaskTold),
    event('subtask:failed', SubtaskTold),
    event('subtask:cancelled', SubtaskTold),
    event('subtask:changed', SubtaskTold),
    event('dependency:changed', DependencyChanged),
    event(
      'log:entry',
      z.object({
        level: LogLevel,
        message: text,
        agent: text.optional(),
        stage: text.optional(),
        metadata: z.record(z.string(), z.unknown()).optional(),
        at: text.optional(),
      }),
    ),
    event(
      'agent:message',
      z.object({ message: text, agent: text.optional(), at: text.optional() }),
    ),
    event(
      'agent:thinking',
      z.object({ thinking: text, agent: text.optional(), at: text.optional() }),
    ),
    event(
      'agent:tool-use',
      z.object({ tool: text, input: z.unknown(), agent: text.optional(), at: text.optional() }),
    ),
    event(
      'agent:tool-result',
      z.object({
        tool: text,
        output: z.unknown().optional(),
        isError: z.boolean(),
        agent: text.optional(),
        at: text.optional(),
      }),
    ),
    event(
      'agent:progress',
      z.object({
        percent: z.number().optional(),
        message: text.optional(),
        turns: seqNo.optional(),
      }),
    ),
    event(
      'usage:updated',
      z.object({ ...Usage.shape, costMicros: z.number().int(), model: text.optional() }),
    ),
    event(
      'changes:report',
      z.object({ files: seqNo, insertions: seqNo, deletions: seqNo, at: text.optional() }),
    ),
    event('output:set', z.object({ key: text, value: text, at: text.optional() })),
    event(
      'checkpoint:saved',
      z.object({ sessionId: text.optional(), data: z.unknown(), at: text.optional() }),
    ),
    event('artifact:added', z.object({ artifact: Artifact })),
    event('gate:required', GateRequired),
    event('gate:approved', GateApproved),
    event('gate:vote', GateVoted),
    event('gate:rejected', GateRejected),
    event('gate:changes-requested', GateChangesRequested),
    event('gate:escalated', GateChanged),
    event('gate:waived', GateChanged),
    event('gate:edited', GateChanged),
    event('gate:delegated', GateChanged),
    event('gate:withdrawn', GateChanged),
    event('gate:consumed', GateChanged),
    event('gate:mismatch', GateChanged),
    event('gate:cancelled', GateChanged),
    event('budget:threshold', BudgetThreshold),
    event('budget:extended', BudgetExtended),
    event('budget:reserved', BudgetReserved),
    event('work:given', WorkGiven),
    event('work:finished', WorkFinished),
    event(
      'lease:acquired',
      z.object({
        leaseId: text,
        runnerId: text,
        runnerName: text,
        runnerOwner: text.optional(),
        epoch: seqNo,
        expiresAt: text,
        slice: Slice.optional(),
      }),
    ),
    event(
      'lease:ended',
      z.object({
        leaseId: text,
        runnerId: text,
        epoch: seqNo,
        reason: text,
        by: text.optional().meta({ description: 'The person who took the task from its runner.' }),
        byId: text.optional(),
        comment: text.optional(),
      }),
    ),
  ])
  .meta({ id: 'TaskEvent' });
export type TaskEvent = z.infer<typeof TaskEvent>;
export type TaskEventType = TaskEvent['type'];
/** The data of one type of event. */
export type EventData<T extends TaskEventType> = Extract<TaskEvent, { type: T }>['data'];
