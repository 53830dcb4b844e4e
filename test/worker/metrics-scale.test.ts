// Metrics over a million tasks read as little as over a thousand, and say what a straightforward recount says.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { Changes, type DayChange } from '../../src/domain/metrics/change.ts';
import { DAY_MS } from '../../src/domain/metrics/days.ts';
import { countTask, UNSEEN } from '../../src/domain/metrics/tally.ts';
import { LeaseTable } from '../../src/objects/project/lease-table.ts';
import { LedgerDesk } from '../../src/objects/project/ledger-desk.ts';
import { LedgerTable } from '../../src/objects/project/ledger-table.ts';
import { MetricsDoor } from '../../src/objects/project/metrics-door.ts';
import { ProjectConfig } from '../../src/objects/project/project-config.ts';
import { QueueTable } from '../../src/objects/project/queue-table.ts';
import { RunnerTable } from '../../src/objects/project/runner-table.ts';
import { Settings } from '../../src/objects/project/settings.ts';
import { TaskDays } from '../../src/objects/project/task-days.ts';
import { UsageTable } from '../../src/objects/project/usage-table.ts';
import { type ToldTask, toldTask } from './metrics-history.ts';
import { expectSums, Recount } from './metrics-recount.ts';
import { newProject, projectStub } from './world.ts';

const DAYS = 30;
/** Histories, and how often each of them has happened. */
const SMALL = { histories: 1_000, times: 1 } as const;
const LARGE = { histories: 20_000, times: 50 } as const;
/** More measurements of one day are not kept. */
const SAMPLED_TIMES_MAX = 20;

const scaled = <T extends object>(counts: T, times: number): T =>
  // Numbers under the same names.
  Object.fromEntries(
    Object.entries(counts).map(([name, by]) => [name, typeof by === 'number' ? by * times : by]),
  ) as T;

/** Gathers what many tasks change into the rows that they all would have written. */
class Gathered {
  readonly #by = new Map<
    string,
    { where: { environment: string; workflow: string }; all: Changes }
  >();

  add({ environment, workflow, events }: ToldTask, times: number): void {
    const key = `${environment} ${workflow}`;
    const known = this.#by.get(key) ?? { where: { environment, workflow }, all: new Changes() };
    this.#by.set(key, known);
    const counted = countTask(UNSEEN, events);
    for (const { day, counts, samples } of counted.days) {
      known.all.count(day * DAY_MS, scaled(counts, times));
      for (const kind of ['duration', 'queue', 'gate'] as const) {
        for (let time = 0; time < Math.min(times, SAMPLED_TIMES_MAX); time += 1) {
          for (const sample of samples[kind]) known.all.sample(kind, sample);
        }
      }
    }
    for (const { day, ...use } of counted.usage) {
      known.all.use(day * DAY_MS, scaled(use, times));
    }
  }

  /** As the project itself writes them. */
  write(sql: SqlStorage): void {
    const [days, usage] = [new TaskDays(sql), new UsageTable(sql)];
    for (const { where, all } of this.#by.values()) {
      for (const change of all.days) days.add(where, inTime(change));
      for (const change of all.usage) usage.add(where, change);
    }
  }
}

/** The newest come last, as they would have been told. */
const inTime = (change: DayChange): DayChange => ({
  ...change,
  samples: {
    duration: change.samples.duration.toSorted((a, b) => a.at - b.at),
    queue: change.samples.queue.toSorted((a, b) => a.at - b.at),
    gate: [],
  },
});

const QUEUE = `WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?)
  INSERT INTO queue(task_id, seq, status, priority, effort, priority_rank, effort_rank, environment, created_at,
    queued_at, leased) SELECT printf('task_%08x_%020x', n, n), 6, 'completed', 'normal', 'medium', 1, 2, 'staging', n, n, 0
  FROM counted`;

async function newLargeProject({ histories, times }: { histories: number; times: number }) {
  const projectId = await newProject();
  const [recount, gathered] = [new Recount(), new Gathered()];
  for (let n = 0; n < histories; n += 1) {
    const task = toldTask(n, { now: Date.now(), days: DAYS });
    recount.add(task, times);
    gathered.add(task, times);
  }
  await runInDurableObject(projectStub(projectId), (_, { storage }) => {
    storage.sql.exec(QUEUE, histories * times);
    gathered.write(storage.sql);
  });
  return { projectId, recount };
}

/** The rows that one answer reads. */
const rowsReadOf = (projectId: string): Promise<number> =>
  runInDurableObject(projectStub(projectId), (_, { storage }) => {
    const cursors: { readonly rowsRead: number }[] = [];
    const sql = new Proxy(storage.sql, {
      get: (target, name) =>
        name !== 'exec'
          ? Reflect.get(target, name)
          : (text: string, ...values: SqlStorageValue[]) => {
              const cursor = target.exec(text, ...values);
              cursors.push(cursor);
              return cursor;
            },
    });
    const config = new ProjectConfig(new Settings(sql));
    const queue = new QueueTable(sql);
    const ledger = new LedgerDesk({ ledger: new LedgerTable(sql), queue, config });
    const door = new MetricsDoor({
      days: new TaskDays(sql),
      usage: new UsageTable(sql),
      runners: new RunnerTable(sql, () => 0),
      leases: new LeaseTable(sql),
      ledger,
      config,
    });
    const last = Math.floor(Date.now() / DAY_MS);
    const window = { first: last - DAYS + 1, last };
    door.read({ window, environments: null, spendingOf: null, now: Date.now() });
    return cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
  });

describe('metrics', () => {
  it('over a million tasks read no more rows than over a thousand, and both add up', async () => {
    const small = await newLargeProject(SMALL);
    const large = await newLargeProject(LARGE);
    await expectSums(small);
    await expectSums(large);
    const [few, many] = [await rowsReadOf(small.projectId), await rowsReadOf(large.projectId)];
    expect(many).toBeLessThan(1.1 * few);
  }, 240_000);
});
