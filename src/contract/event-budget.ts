// What happens to the budget of a task.

import { z } from 'zod';
import { BudgetLimit } from './budget.ts';

const micros = z.number().int().meta({ description: 'Millionths of a dollar.' });

/** A part of the day's budget, kept for one lease. */
export const Slice = z.object({
  upToMicros: micros.meta({ description: 'What the task may have spent until it needs more.' }),
  sliceMicros: micros.meta({ description: 'How much of it is new.' }),
  headroomMicros: micros.meta({ description: 'Kept beside it for the report that passes it.' }),
  until: z.string(),
  daily: z.object({ limitMicros: micros, spentMicros: micros, reservedMicros: micros }),
});
export type Slice = z.infer<typeof Slice>;

/** Why no more was to be had: the day, a task above this one, or its own limit. */
export const BudgetScope = z.enum(['daily', 'parent', 'task']);
export type BudgetScope = z.infer<typeof BudgetScope>;

export const BudgetReserved = z.object({
  leaseId: z.string(),
  slice: Slice.optional(),
  none: BudgetScope.optional(),
});

export const BudgetThreshold = z.object({
  limit: BudgetLimit,
  fraction: z.number(),
  spent: z.number().meta({ description: 'In the unit of the limit.' }),
  max: z.number(),
});
export type BudgetThreshold = z.infer<typeof BudgetThreshold>;

export const BudgetExtended = z.object({
  limit: BudgetLimit,
  from: z.number(),
  to: z.number(),
  by: z.string(),
  name: z.string().optional(),
  reason: z.string().optional(),
  gateId: z.string().optional(),
  day: z.string().optional().meta({ description: 'The day in UTC that `dailyBudget` is for.' }),
});
