import {
  type Budget,
  type DayWindow,
  type RuntimeMetrics,
  SAMPLES_MAX,
  type UsageMetrics,
} from '../../contract/metrics.ts';
import type { Sample, Sampled } from '../../domain/metrics/change.ts';
import { csvOf } from '../../domain/metrics/csv.ts';
import { dayOf } from '../../domain/metrics/days.ts';
import { type OwnRuntime, runtimeOf } from '../../domain/metrics/runtime.ts';
import { sampleCount } from '../../domain/metrics/samples.ts';
import { dollars, usageOf } from '../../domain/metrics/usage.ts';
import type { LeaseTable } from './lease-table.ts';
import type { LedgerDesk } from './ledger-desk.ts';
import type { ProjectConfig } from './project-config.ts';
import type { RunnerTable } from './runner-table.ts';
import type { TaskDay, TaskDays } from './task-days.ts';
import type { UsageTable } from './usage-table.ts';

export interface MetricsAsked {
  readonly window: DayWindow;
  /** Null: all of them. */
  readonly environments: readonly string[] | null;
  /** Those of whose spending the caller may know; null: all of them. */
  readonly spendingOf: readonly string[] | null;
  readonly now: number;
}

/** What a project knows of itself. */
export interface OwnMetrics {
  readonly budget: Budget;
  readonly runtime: OwnRuntime;
  readonly usage: UsageMetrics;
}

interface Parts {
  readonly ledger: LedgerDesk;
  readonly days: TaskDays;
  readonly usage: UsageTable;
  readonly runners: RunnerTable;
  readonly leases: LeaseTable;
  readonly config: ProjectConfig;
}

const BYTES: Readonly<Record<Sampled, (row: TaskDay) => number>> = {
  duration: ({ durationBytes }) => durationBytes,
  queue: ({ queueBytes }) => queueBytes,
  gate: ({ gateBytes }) => gateBytes,
};

/** The days that the newest measurements of a kind stand in; `rows` newest first. */
function newestDays(rows: readonly TaskDay[], kind: Sampled): readonly TaskDay[] {
  let [count, oldest] = [0, Number.POSITIVE_INFINITY];
  return rows.filter((row) => {
    if (BYTES[kind](row) === 0 || (count >= SAMPLES_MAX && row.day < oldest)) return false;
    count += sampleCount(BYTES[kind](row));
    oldest = row.day;
    return true;
  });
}

/** What can be asked of a project about how it does and what it costs. */
export class MetricsDoor {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  read({ window, environments, spendingOf, now }: MetricsAsked): OwnMetrics {
    const { days, usage } = this.#parts;
    const keys = days
      .keys()
      .filter(({ environment }) => environments?.includes(environment) ?? true);
    const rows = days.between(keys, window);
    return {
      budget: this.#budget(spendingOf, now),
      runtime: runtimeOf({
        days: rows,
        now: days.now(keys),
        runners: this.#runners(environments, now),
        measured: this.#measured(rows),
      }),
      usage: usageOf(window, rows, usage.between(window, environments)),
    };
  }

  /** The rows of `usage_daily` as CSV. */
  csv({ window, environments }: Pick<MetricsAsked, 'window' | 'environments'>): string {
    return csvOf(this.#parts.usage.between(window, environments));
  }

  #measured(rows: readonly TaskDay[]): Readonly<Record<Sampled, readonly Sample[]>> {
    const { days } = this.#parts;
    const newest = rows.toSorted((a, b) => b.day - a.day);
    const wanted = new Set(
      (['duration', 'queue', 'gate'] as const).flatMap((kind) => newestDays(newest, kind)),
    );
    const found = [...wanted].map((row) => days.measured(row));
    return {
      duration: found.flatMap(({ duration }) => duration),
      queue: found.flatMap(({ queue }) => queue),
      gate: found.flatMap(({ gate }) => gate),
    };
  }

  /** Those that would take a task of these environments. */
  #runners(environments: readonly string[] | null, now: number): RuntimeMetrics['runners'] {
    const { runners, leases } = this.#parts;
    const isBusy = (id: string): boolean => leases.countOf(id) > 0;
    const online = runners
      .online(now, isBusy)
      .filter(
        (runner) =>
          environments === null ||
          runner.environments.length === 0 ||
          runner.environments.some((name) => environments.includes(name)),
      );
    return { online: online.length, busy: online.filter(({ id }) => isBusy(id)).length };
  }

  #budget(spendingOf: readonly string[] | null, now: number): Budget {
    const today = dayOf(now);
    let micros = 0;
    for (const row of this.#parts.usage.between({ first: today, last: today }, spendingOf)) {
      micros += row.costMicros;
    }
    const dailyLimit = this.#parts.config.limits.dailyBudget;
    const reserved = dollars(this.#parts.ledger.reservedIn(spendingOf));
    return { currency: 'USD', dailyLimit, spentToday: dollars(micros), reserved };
  }
}
