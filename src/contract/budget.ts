// What a task may use, what it has used, and what its project may spend in a day.

import { z } from 'zod';
import { BUDGET_LIMITS } from './budget-limits.ts';
import { fieldText } from './field.ts';

export const BudgetLimit = z.enum(BUDGET_LIMITS, {
  error: `Limit must be one of: ${BUDGET_LIMITS.join(', ')}`,
});
export type BudgetLimit = z.infer<typeof BudgetLimit>;

/** Those in dollars; all others count whole things. */
const MONEY_LIMITS: ReadonlySet<BudgetLimit> = new Set(['maxCostPerTask', 'dailyBudget']);

const money = z.number().meta({ description: 'Dollars.' });
const count = z.number().int();

export const Budget = z
  .object({
    cost: z.object({ limit: money, spent: money, reserved: money, remaining: money }),
    tokens: z.object({ limit: count, spent: count, reserved: count, remaining: count }),
    wall: z.object({
      limitSeconds: count.nullable(),
      usedSeconds: count.meta({ description: 'Under leases.' }),
    }),
    changes: z.object({
      limitFiles: count.nullable(),
      limitLines: count.nullable(),
      files: count,
      lines: count,
    }),
    daily: z
      .object({ limit: money, spent: money, reserved: money })
      .meta({ description: 'Of the project, on this day in UTC.' }),
    state: z.enum(['ok', 'soft', 'breached']).meta({
      description: '`soft`: half of a limit or more is used. `breached`: a limit stops the task.',
    }),
  })
  .meta({
    id: 'Budget',
    description:
      'What its subtasks have spent is in it. A runner is told the day as it was when money was reserved.',
  });
export type Budget = z.infer<typeof Budget>;

export const ProjectBudget = z
  .object({
    day: z.string().meta({ description: 'The date in UTC.' }),
    limit: money,
    spent: money,
    reserved: money,
    tasks: z
      .array(z.object({ taskId: z.string(), spent: money, reserved: money }))
      .meta({ description: 'Those that money is reserved for, at most 100.' }),
  })
  .meta({ id: 'ProjectBudget' });
export type ProjectBudget = z.infer<typeof ProjectBudget>;

export const ExtendBody = z
  .object({
    limit: BudgetLimit,
    to: z
      .number({ error: 'To must be a number' })
      .min(0, 'To must not be negative')
      .max(1_000_000_000, 'To must be 1000000000 or less')
      .meta({ description: 'The new limit of this task, in the unit of the config.' }),
    reason: fieldText('Reason', 1_000, { required: true, trim: true }),
  })
  .refine(({ limit, to }) => MONEY_LIMITS.has(limit) || Number.isInteger(to), {
    error: 'To must be a whole number',
    path: ['to'],
  })
  .meta({ id: 'ExtendBudget' });
export type ExtendBody = z.infer<typeof ExtendBody>;
