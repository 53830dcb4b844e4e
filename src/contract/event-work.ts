import { z } from 'zod';
import { GateAction } from './gate.ts';
import { TaskStatus } from './task.ts';
import { Changes } from './work.ts';

const text = z.string();

/** Work as the log keeps it: what a runner was asked to do next. */
export const WorkGiven = z.object({
  status: TaskStatus,
  workId: text,
  kind: z.enum(['stage', 'commit', 'merge']),
  stage: text,
  try: z.number().int(),
  action: GateAction.optional(),
  gateId: text.optional(),
});

/** What a person says to whoever is at work. */
export const TaskMessage = z.object({
  messageId: text,
  from: text,
  fromId: text,
  text,
  status: TaskStatus,
});

/** A runner lives and does nothing: no event came for so long but its heartbeats. */
export const TaskStalled = z.object({
  status: TaskStatus,
  runnerId: text,
  workId: text.optional(),
  since: text,
  stallMinutes: z.number().int(),
  action: z.enum(['none', 'requeue', 'pause']),
});

/** What became of it. */
export const WorkFinished = z.object({
  workId: text,
  kind: z.enum(['stage', 'commit', 'merge']),
  stage: text,
  outcome: z.enum(['completed', 'failed', 'paused', 'needs-input']),
  summary: text.optional(),
  outputs: z.record(z.string(), text).optional(),
  changes: Changes.optional(),
  error: text.optional(),
  effectiveHash: text.optional(),
  digest: text.meta({
    description: 'Of the result as it came: the same result again is answered the same.',
  }),
});
