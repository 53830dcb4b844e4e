// The breakdowns of what was used, each of which adds up to the same total.

import type { DayWindow, UsageMetrics, UsageSum } from '../../contract/metrics.ts';
import type { UsageChange } from './change.ts';
import { dateOf, daysOf } from './days.ts';

/** A row of `usage_daily`. */
export interface UsageRow extends UsageChange {
  readonly environment: string;
  readonly workflow: string;
}

/** How many tasks were created there. */
export interface TasksRow {
  readonly day: number;
  readonly environment: string;
  readonly workflow: string;
  readonly created: number;
}

interface Sum {
  tasks: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
}

const MAX = Number.MAX_SAFE_INTEGER;

/** Micro-dollars as dollars: the shortest number that is read as this one has six decimals at most. */
export const dollars = (costMicros: number): number => costMicros / 1_000_000;

const view = ({ tasks, inputTokens, outputTokens, costMicros }: Sum): UsageSum => ({
  tasks,
  inputTokens,
  outputTokens,
  totalTokens: inputTokens + outputTokens,
  estimatedCost: dollars(costMicros),
});

/** Sums by some key. */
class Sums<K> {
  readonly #sums = new Map<K, Sum>();

  at(key: K): Sum {
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const sum = { tasks: 0, inputTokens: 0, outputTokens: 0, costMicros: 0 };
    this.#sums.set(key, sum);
    return sum;
  }

  /** What runners claim has no end, and a sum has: it stays a whole number. */
  use(key: K, { inputTokens, outputTokens, costMicros }: UsageRow, tasks = 0): void {
    const sum = this.at(key);
    sum.tasks += tasks;
    sum.inputTokens = Math.min(MAX, sum.inputTokens + inputTokens);
    sum.outputTokens = Math.min(MAX, sum.outputTokens + outputTokens);
    sum.costMicros = Math.min(MAX, sum.costMicros + costMicros);
  }

  /** What has cost most comes first. */
  list<T>(named: (key: K) => T): (T & UsageSum)[] {
    return [...this.#sums]
      .filter(([, sum]) => Object.values(sum).some((value) => value > 0))
      .sort(([a, left], [b, right]) => {
        const tokens = ({ inputTokens, outputTokens }: Sum) => inputTokens + outputTokens;
        const larger = right.costMicros - left.costMicros || tokens(right) - tokens(left);
        return larger || right.tasks - left.tasks || (a < b ? -1 : 1);
      })
      .map(([key, sum]) => ({ ...named(key), ...view(sum) }));
  }
}

/** Adds up rows, each of which is looked at once. */
export function usageOf(
  window: DayWindow,
  tasks: Iterable<TasksRow>,
  usage: Iterable<UsageRow>,
): UsageMetrics {
  const total = new Sums<null>();
  const environments = new Sums<string>();
  const workflows = new Sums<string>();
  const agents = new Sums<string>();
  const models = new Sums<string>();
  const days = new Sums<number>();
  for (const { day, environment, workflow, created } of tasks) {
    total.at(null).tasks += created;
    environments.at(environment).tasks += created;
    workflows.at(workflow).tasks += created;
    days.at(day).tasks += created;
  }
  for (const row of usage) {
    total.use(null, row);
    environments.use(row.environment, row);
    workflows.use(row.workflow, row);
    agents.use(row.agent, row, row.agentTasks);
    models.use(row.model, row, row.modelTasks);
    days.use(row.day, row);
  }
  return {
    total: view(total.at(null)),
    byEnvironment: environments.list((environment) => ({ environment })),
    byWorkflow: workflows.list((workflow) => ({ workflow })),
    byAgent: agents.list((agent) => ({ agent })),
    byModel: models.list((model) => ({ model })),
    byDay: daysOf(window).map((day) => ({ date: dateOf(day), ...view(days.at(day)) })),
  };
}
