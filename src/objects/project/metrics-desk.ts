import type { TaskEvent } from '../../contract/event.ts';
import { countTask, type Tally, UNSEEN } from '../../domain/metrics/tally.ts';
import type { TaskDays } from './task-days.ts';
import type { UsageTable } from './usage-table.ts';

interface Told {
  readonly environment: string;
  readonly workflow: string;
  /** As the row of the task keeps it; empty: nothing is known of it. */
  readonly tally: string;
}

/** Counts what has happened to tasks, inside the transaction that takes it in. */
export class MetricsDesk {
  readonly #days: TaskDays;
  readonly #usage: UsageTable;

  constructor(days: TaskDays, usage: UsageTable) {
    this.#days = days;
    this.#usage = usage;
  }

  /** Counts events that were not counted before. Answers what is to be remembered of the task. */
  count({ environment, workflow, tally }: Told, events: readonly TaskEvent[]): string {
    // Our own bytes, written here.
    const before = tally === '' ? UNSEEN : (JSON.parse(tally) as Tally);
    const counted = countTask(before, events);
    for (const day of counted.days) this.#days.add({ environment, workflow }, day);
    for (const use of counted.usage) this.#usage.add({ environment, workflow }, use);
    return JSON.stringify(counted.tally);
  }
}
