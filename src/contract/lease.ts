import { z } from 'zod';
import { Budget } from './budget.ts';
import { fieldInteger, fieldText } from './field.ts';
import { Holder } from './holder.ts';
import { Lease } from './task.ts';
import { HEARTBEAT_MS } from './timing.ts';
import { Work } from './work.ts';

export const HeartbeatBody = Holder.extend({
  workId: fieldText('WorkId', 100).optional(),
  progress: z
    .object({
      percent: z.number().min(0).max(100).optional(),
      message: fieldText('Message', 1_000).optional(),
      turns: fieldInteger('Turns', 0, 1_000_000).optional(),
    })
    .optional(),
  acks: z.array(z.string().max(100)).max(100).default([]),
  waitMs: fieldInteger('WaitMs', 0, HEARTBEAT_MS).default(0),
}).meta({ id: 'Heartbeat' });
export type HeartbeatBody = z.infer<typeof HeartbeatBody>;

/** Repeated until acknowledged; doing one twice is harmless. */
export const Command = z
  .discriminatedUnion('type', [
    z.object({
      id: z.string(),
      type: z.literal('pause'),
      at: z.string(),
      data: z.object({ reason: z.string(), graceMs: z.number().int() }),
    }),
    z.object({
      id: z.string(),
      type: z.literal('cancel'),
      at: z.string(),
      data: z.object({ reason: z.string(), graceMs: z.number().int() }),
    }),
    z.object({
      id: z.string(),
      type: z.literal('work'),
      at: z.string(),
      data: z.object({ work: Work }),
    }),
    z.object({
      id: z.string(),
      type: z.literal('message'),
      at: z.string(),
      data: z.object({ text: z.string(), from: z.string() }),
    }),
    z.object({
      id: z.string(),
      type: z.literal('gate'),
      at: z.string(),
      data: z.object({ gateId: z.string(), name: z.string(), state: z.string() }),
    }),
    z.object({ id: z.string(), type: z.literal('budget'), at: z.string(), data: Budget }),
  ])
  .meta({ id: 'RunnerCommand' });
export type Command = z.infer<typeof Command>;

export const HeartbeatAnswer = z
  .object({
    lease: Lease,
    agentToken: z.string().optional(),
    agentTokenExpiresAt: z.string().optional(),
    commands: z.array(Command),
    gates: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        state: z.string(),
        actionHash: z.string(),
        nonce: z
          .string()
          .optional()
          .meta({ description: 'Once it is approved: by this the holder uses the approval.' }),
      }),
    ),
    budget: Budget,
    seq: z.number().int(),
  })
  .meta({ id: 'HeartbeatAnswer' });
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;

export const ReleaseBody = Holder.extend({
  reason: fieldText('Reason', 100).default('drain'),
}).meta({
  id: 'Release',
});

export const ForceReleaseBody = z
  .object({ reason: fieldText('Reason', 1_000, { required: true, trim: true }) })
  .meta({ id: 'ForceRelease' });
export type ForceReleaseBody = z.infer<typeof ForceReleaseBody>;

export const ForceReleased = z
  .object({ ok: z.literal(true), epoch: z.number().int() })
  .meta({ id: 'ForceReleased' });
export type ForceReleased = z.infer<typeof ForceReleased>;

export const LeaseAnswer = z.object({ lease: z.union([Lease, z.null()]), epoch: z.number().int() });
