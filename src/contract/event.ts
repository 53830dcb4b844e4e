import { z } from 'zod';
import { Gate, GateAction } from './gate.ts';
import { Plan } from './plan.ts';
import { LogLevel, TaskSnapshot, TaskStatus, Usage, WaitingFor } from './task.ts';
import { Changes } from './work.ts';

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
});

const Reported = z.object({ status, stage: text.optional(), message: text.optional() });

const GateDecided = z.object({
  gateId: text,
  gateName: text,
  status,
  comment: text.optional(),
  approverId: text,
  claimedApprover: text.optional(),
  actionHash: text,
});

/** Work as the log keeps it: what a runner was asked to do next. */
const WorkGiven = z.object({
  status,
  workId: text,
  kind: z.enum(['stage', 'commit', 'merge']),
  stage: text,
  try: z.number().int(),
  action: GateAction.optional(),
  gateId: text.optional(),
});

const WorkFinished = z.object({
  workId: text,
  kind: z.enum(['stage', 'commit', 'merge']),
  stage: text,
  outcome: z.enum(['completed', 'failed', 'paused', 'needs-input']),
  summary: text.optional(),
  outputs: z.record(z.string(), text).optional(),
  changes: Changes.optional(),
  error: text.optional(),
  digest: text.meta({
    description: 'Of the result as it came: the same result again is answered the same.',
  }),
});

/**
 * Every event of a task. Schemas only gain optional fields; a new meaning is a new type. `task:state`, the first frame
 * of a stream, is no event of the log.
 */
export const TaskEvent = z
  .discriminatedUnion('type', [
    event('task:created', z.object({ ...TaskSnapshot.shape, plan: Plan })),
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
    event(
      'gate:required',
      z.object({
        gateId: text,
        gateName: text,
        stage: text.optional(),
        action: GateAction,
        actionHash: text,
        approvers: z.array(text),
        quorum: z.number().int(),
        status,
        /** The whole record, where reaching the gate opened a new instance. */
        opened: Gate.optional(),
        /** What the task does once the gate is approved. */
        held: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('report'), before: status, report: Reported }),
          z.object({ kind: z.literal('asked'), before: status }),
          z.object({ kind: z.literal('work') }),
        ]),
      }),
    ),
    event('gate:approved', GateDecided.extend({ approver: text })),
    event('gate:rejected', GateDecided.extend({ rejector: text, reason: text.optional() })),
    event(
      'gate:changes-requested',
      GateDecided.omit({ comment: true }).extend({
        requester: text,
        comment: text,
        stage: text,
        next: Gate,
      }),
    ),
    event('work:given', WorkGiven),
    event('work:finished', WorkFinished),
    event(
      'lease:acquired',
      z.object({ leaseId: text, runnerId: text, runnerName: text, epoch: seqNo, expiresAt: text }),
    ),
    event('lease:ended', z.object({ leaseId: text, runnerId: text, epoch: seqNo, reason: text })),
  ])
  .meta({ id: 'TaskEvent' });
export type TaskEvent = z.infer<typeof TaskEvent>;
export type TaskEventType = TaskEvent['type'];
/** The data of one type of event. */
export type EventData<T extends TaskEventType> = Extract<TaskEvent, { type: T }>['data'];

/** `last` is the cursor for the next call; `head` the newest event there is. */
export const EventPage = z
  .object({
    events: z.array(TaskEvent),
    count: z.number().int(),
    last: z.number().int(),
    head: z.number().int(),
    end: z.literal(true).optional().meta({ description: 'Nothing can follow.' }),
  })
  .meta({ id: 'EventPage' });
