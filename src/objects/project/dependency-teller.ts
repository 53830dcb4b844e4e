import { deliveryBackoffMs } from '../../domain/backoff.ts';
import { dispatch } from '../../rpc/dispatch.ts';
import { taskObject } from '../../rpc/stubs.ts';
import type { DependencyTable, DueTelling } from './dependency-table.ts';

const AT_ONCE = 20;

/** Tells tasks how those that they depend on stand. What is due stands in the table, so nothing is lost on the way. */
export class DependencyTeller {
  readonly #env: Env;
  readonly #table: DependencyTable;
  #failures = 0;
  #retryAt: number | null = null;
  #flight: Promise<void> | undefined;

  constructor(env: Env, table: DependencyTable) {
    this.#env = env;
    this.#table = table;
  }

  /** When what is due is tried again, or null if nothing is. */
  dueAt(now: number): number | null {
    return !this.#table.isDue ? null : (this.#retryAt ?? now);
  }

  /** Returns when everybody has been told who can be told now. Callers join one flight, and look again after it. */
  async drain(): Promise<void> {
    while (this.#table.isDue) {
      if (this.#retryAt !== null && this.#retryAt > Date.now()) return;
      this.#flight ??= this.#tell().finally(() => {
        this.#flight = undefined;
      });
      await this.#flight;
    }
  }

  async #tell(): Promise<void> {
    const due = this.#table.due(AT_ONCE);
    const told = await Promise.allSettled(due.map((telling) => this.#tellOne(telling)));
    const failed = told.some(({ status }) => status === 'rejected');
    this.#failures = failed ? this.#failures + 1 : 0;
    this.#retryAt = failed ? Date.now() + deliveryBackoffMs(this.#failures) : null;
  }

  async #tellOne(telling: DueTelling): Promise<void> {
    const { taskId, dependency } = telling;
    const now = Date.now();
    // A task that is gone refuses, and that settles it too.
    await dispatch(taskObject(this.#env, taskId), { type: 'note-dependency', now, dependency });
    this.#table.told(telling);
  }
}
