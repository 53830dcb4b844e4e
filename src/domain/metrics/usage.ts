// The breakdowns of what was used, each of which adds up to the same total.

import {
  BREAKDOWN_MAX,
  type DayWindow,
  OTHER,
  type UsageMetrics,
  type UsageSum,
} from '../../contract/metrics.ts';
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

type Used = Pick<Sum, 'inputTokens' | 'outputTokens' | 'costMicros'>;

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
  use(key: K, { inputTokens, outputTokens, costMicros }: Used, tasks = 0): void {
    const sum = this.at(key);
    sum.tasks += tasks;
    sum.inputTokens = Math.min(MAX, sum.inputTokens + inputTokens);
    sum.outputTokens = Math.min(MAX, sum.outputTokens + outputTokens);
    sum.costMicros = Math.min(MAX, sum.costMicros + costMicros);
  }

  /** What has cost most comes first; of very many names the last are one. */
  list<T>(named: (key: K) => T, other: K): (T & UsageSum)[] {
    const all = this.#sorted();
    if (all.length <= BREAKDOWN_MAX)
      return all.map(([key, sum]) => ({ ...named(key), ...view(sum) }));
    const shown = all.filter(([key]) => key !== other).slice(0, BREAKDOWN_MAX - 1);
    const names = new Set(shown.map(([key]) => key));
    const rest = new Sums<K>();
    for (const [key, sum] of all) if (!names.has(key)) rest.use(other, sum, sum.tasks);
    const whole = [...shown, [other, rest.at(other)] as const];
    return whole.map(([key, sum]) => ({ ...named(key), ...view(sum) }));
  }

  #sorted(): [K, Sum][] {
    return [...this.#sums]
      .filter(([, sum]) => Object.values(sum).some((value) => value > 0))
      .sort(([a, left], [b, right]) => {
        const tokens = ({ inputTokens, outputTokens }: Sum) => inputTokens + outputTokens;
        const larger = right.costMicros - left.costMicros || tokens(right) - tokens(left);
        return larger || right.tasks - left.tasks || (a < b ? -1 : 1);
      });
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
    byEnvironment: environments.list((environment) => ({ environment }), OTHER),
    byWorkflow: workflows.list((workflow) => ({ workflow }), OTHER),
    byAgent: agents.list((agent) => ({ agent }), OTHER),
    byModel: models.list((model) => ({ model }), OTHER),
    byDay: daysOf(window).map((day) => ({ date: dateOf(day), ...view(days.at(day)) })),
  };
}
