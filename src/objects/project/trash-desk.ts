import type { Actor } from '../../contract/principal.ts';
import { ProjectDb } from '../../db/database.ts';
import { removeTasks } from '../../db/tasks.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';
import { taskObject } from '../../rpc/stubs.ts';
import type { DependencyTable } from './dependency-table.ts';
import type { QueueTable } from './queue-table.ts';
import type { Settings } from './settings.ts';

const AT_ONCE = 20;
/** The most that one emptying deletes, for its ids stand in one row; what is over stays in the trash. */
const EMPTIED_MAX = 10_000;
/** The most ids that are told with it. */
const TOLD_MAX = 1_000;
const PENDING = 'purging';

/** What is to be deleted, written down before the first is: a crash leaves no half. */
interface Purge {
  readonly actor: Actor;
  readonly all: readonly string[];
  /** Tasks that still have to say goodbye. */
  readonly left: readonly string[];
  /** Those that are gone, whose rows in the listing are not yet. */
  readonly gone: readonly string[];
}

interface Wiring {
  readonly queue: QueueTable;
  readonly dependencies: DependencyTable;
  readonly settings: Settings;
  readonly emptied: (taskIds: readonly string[]) => void;
  /** Makes sure that the alarm rings, should this end in the middle. */
  readonly armed: () => void;
}

/** Empties the trash of a project for ever. */
export class TrashDesk {
  readonly #env: Env;
  readonly #projectId: string;
  readonly #wiring: Wiring;
  #flight: Promise<number> | undefined;
  #failures = 0;
  #retryAt = 0;

  constructor(env: Env, projectId: string, wiring: Wiring) {
    this.#env = env;
    this.#projectId = projectId;
    this.#wiring = wiring;
  }

  #pending(): Purge | null {
    // Our own bytes, written by `#keep`.
    return (this.#wiring.settings.read(PENDING) as Purge | null | undefined) ?? null;
  }

  #keep(purge: Purge | null): void {
    this.#wiring.settings.write(PENDING, purge);
  }

  /** When what is left over is gone on with, or null. */
  dueAt(now: number): number | null {
    return this.#pending() === null ? null : Math.max(now, this.#retryAt);
  }

  /** How many tasks were deleted, with those that an earlier emptying had left. Two at once are one after the other. */
  async empty(actor: Actor): Promise<number> {
    while (this.#flight !== undefined) await this.#flight;
    const before = this.#pending();
    const ids = [...new Set([...(before?.left ?? []), ...this.#wiring.queue.trashedIds()])];
    const all = ids.slice(0, EMPTIED_MAX);
    if (all.length === 0) return 0;
    this.#wiring.armed();
    this.#keep({ actor, all, left: all, gone: before?.gone ?? [] });
    return this.finish();
  }

  /** Goes on with what is left over, where it is time. */
  async finishDue(now: number): Promise<void> {
    const at = this.dueAt(now);
    if (at !== null && at <= now) await this.finish();
  }

  /** Goes on with what is written down. Callers join one flight. */
  finish(): Promise<number> {
    this.#flight ??= this.#finish().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #finish(): Promise<number> {
    let purge = this.#pending();
    let deleted = 0;
    while (purge !== null && purge.left.length > 0) {
      const batch = purge.left.slice(0, AT_ONCE);
      const gone = await this.#purge(batch, purge);
      deleted += gone.length;
      const { dependencies, queue, emptied } = this.#wiring;
      dependencies.forget(gone);
      queue.forget(gone);
      const left = purge.left.slice(batch.length);
      purge = { ...purge, left, gone: [...purge.gone, ...gone] };
      this.#keep(purge);
      if (left.length === 0) emptied(purge.all.slice(0, TOLD_MAX));
    }
    if (purge !== null) await this.#removeRows(purge.gone);
    return deleted;
  }

  /** Each task says goodbye itself; one that was restored meanwhile stays. */
  async #purge(ids: readonly string[], { actor, all }: Purge): Promise<string[]> {
    const told = { deletedCount: all.length, deletedTaskIds: all.slice(0, TOLD_MAX) };
    const now = Date.now();
    const command = { type: 'empty-trash', now, actor, ...told } as const;
    const purged = await Promise.all(
      ids.map(async (id) => ((await taskObject(this.#env, id).purge(command)) ? [id] : [])),
    );
    return purged.flat();
  }

  /** With D1 away the rows go when it is back; the tasks are gone already. */
  async #removeRows(ids: readonly string[]): Promise<void> {
    try {
      await removeTasks(new ProjectDb(this.#env, this.#projectId), ids);
      this.#keep(null);
      this.#failures = 0;
    } catch {
      this.#failures += 1;
      this.#retryAt = Date.now() + deliveryBackoffMs(this.#failures);
    }
  }
}
