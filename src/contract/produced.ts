import { z } from 'zod';
import { LogLevel } from './task.ts';

/** The types of events that a producer sends as they are. */
export type PlainType =
  | 'log:entry'
  | 'agent:message'
  | 'agent:thinking'
  | 'agent:tool-use'
  | 'agent:tool-result'
  | 'changes:report'
  | 'output:set'
  | 'checkpoint:saved';

const text = z.string();
const agent = text.max(100).optional();
const tokens = z.int().min(0).max(1_000_000_000);
const lines = z.int().min(0).max(1_000_000_000);

/** What a producer may send. Unknown members are left out; the agent's own words are kept as they came. */
export const PRODUCED: Readonly<Record<PlainType, z.ZodType<Record<string, unknown>>>> = {
  'log:entry': z.object({
    level: LogLevel.default('info'),
    message: text.min(1),
    agent,
    stage: text.max(100).optional(),
    metadata: z.record(text, z.unknown()).optional(),
  }),
  'agent:message': z.object({ message: text, agent }),
  'agent:thinking': z.object({ thinking: text, agent }),
  'agent:tool-use': z.object({ tool: text.max(200), input: z.unknown(), agent }),
  'agent:tool-result': z.object({
    tool: text.max(200),
    output: z.unknown().optional(),
    isError: z.boolean().default(false),
    agent,
  }),
  'changes:report': z.object({ files: lines, insertions: lines, deletions: lines }),
  'output:set': z.object({ key: text.min(1).max(100), value: text }),
  'checkpoint:saved': z.object({ sessionId: text.max(200).optional(), data: z.unknown() }),
};

/** Consumption of a model, as an agent tells it: untrusted, so every number has a limit. */
export const ProducedUsage = z.object({
  model: text.max(100).optional(),
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens.optional(),
  cacheWriteTokens: tokens.optional(),
  reportedCost: z.number().min(0).max(1_000_000).optional(),
  scope: z.enum(['delta', 'total']).default('delta'),
});
export type ProducedUsage = z.infer<typeof ProducedUsage>;
