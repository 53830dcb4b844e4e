// A straightforward recount of tasks, beside which metrics are put.

import { expect } from 'vitest';
import { DAY_MS } from '../../src/domain/metrics/days.ts';
import type { ToldTask } from './metrics-history.ts';
import { metricsOf } from './metrics-world.ts';

/** What is counted by hand, by the names of breakdowns and what they are of. */
export class Recount {
  readonly tasks = { created: 0, completed: 0, failed: 0, cancelled: 0 };
  readonly sums = new Map<string, { tokens: number; micros: number; tasks: number }>();

  add({ environment, workflow, facts }: ToldTask, times: number): void {
    this.tasks.created += times;
    this.tasks[facts.end] += times;
    const date = new Date(facts.day * DAY_MS).toISOString().slice(0, 10);
    for (const key of ['total', environment, workflow, date]) {
      this.#sum(key).tasks += times;
      for (const use of facts.uses) this.#use(key, use, times);
    }
    for (const use of facts.uses) {
      this.#use(use.agent, use, times);
      this.#use(use.model, use, times);
    }
    const names = facts.uses.flatMap(({ agent, model }) => [agent, model]);
    for (const name of new Set(names)) this.#sum(name).tasks += times;
  }

  #sum(key: string) {
    const sum = this.sums.get(key) ?? { tokens: 0, micros: 0, tasks: 0 };
    this.sums.set(key, sum);
    return sum;
  }

  #use(key: string, use: ToldTask['facts']['uses'][number], times: number): void {
    const sum = this.#sum(key);
    sum.tokens += times * (use.inputTokens + use.outputTokens);
    sum.micros += times * use.costMicros;
  }
}

/** Every sum and breakdown of the project is what was counted by hand. */
export async function expectSums({
  projectId,
  recount,
}: {
  readonly projectId: string;
  readonly recount: Recount;
}) {
  const { runtime, usage } = await metricsOf(projectId);
  expect(runtime.tasks).toMatchObject(recount.tasks);
  const { total, ...by } = usage;
  const shown = Object.values(by)
    .flat()
    .map((row) => [Object.values(row)[0], row] as const);
  for (const [name, row] of [['total', total] as const, ...shown]) {
    const own = recount.sums.get(String(name)) ?? { tokens: 0, micros: 0, tasks: 0 };
    const micros = Math.round(row.estimatedCost * 1_000_000);
    expect([name, row.totalTokens, micros, row.tasks]).toEqual([
      name,
      own.tokens,
      own.micros,
      own.tasks,
    ]);
  }
  expect(shown.length).toBe(recount.sums.size - 1);
}
