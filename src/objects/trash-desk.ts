import type { Actor } from '../contract/principal.ts';
import { removeTasks } from '../db/tasks.ts';
import { taskObject } from '../rpc/stubs.ts';
import type { DependencyTable } from './dependency-table.ts';
import type { QueueTable } from './queue-table.ts';
import type { Settings } from './settings.ts';

const AT_ONCE = 20;
const PENDING = 'purging';

/** Ids that are to be deleted: written down before the first of them is, so that a crash leaves no half. */
interface Purge {
  readonly ids: readonly string[];
  readonly actor: Actor;
}

/** Empties the trash of a project for ever. */
export class TrashDesk {
  readonly #env: Env;
  readonly #queue: QueueTable;
  readonly #dependencies: DependencyTable;
  readonly #settings: Settings;
  readonly #emptied: (taskIds: readonly string[]) => void;

  constructor(
    env: Env,
    parts: {
      queue: QueueTable;
      dependencies: DependencyTable;
      settings: Settings;
      emptied: (taskIds: readonly string[]) => void;
    },
  ) {
    this.#env = env;
    this.#queue = parts.queue;
    this.#dependencies = parts.dependencies;
    this.#settings = parts.settings;
    this.#emptied = parts.emptied;
  }

  #pending(): Purge | null {
    // Our own bytes, written by `empty`.
    return (this.#settings.read(PENDING) as Purge | null | undefined) ?? null;
  }

  get isBehind(): boolean {
    return this.#pending() !== null;
  }

  /** How many tasks were deleted. What fails on the way is finished by the alarm. */
  async empty(actor: Actor): Promise<number> {
    if (this.isBehind) await this.finish();
    const ids = this.#queue.trashedIds();
    if (ids.length === 0) return 0;
    this.#settings.write(PENDING, { ids, actor });
    return this.finish();
  }

  /** Deletes what is written down: each task says goodbye itself, then its rows go. */
  async finish(): Promise<number> {
    const purge = this.#pending();
    if (purge === null) return 0;
    const { ids, actor } = purge;
    const told = { deletedCount: ids.length, deletedTaskIds: [...ids] };
    const gone: string[] = [];
    for (let index = 0; index < ids.length; index += AT_ONCE) {
      const some = ids.slice(index, index + AT_ONCE);
      const now = Date.now();
      const purged = await Promise.all(
        some.map(async (id) => ({
          id,
          isGone: await taskObject(this.#env, id).purge({
            type: 'empty-trash',
            now,
            actor,
            ...told,
          }),
        })),
      );
      gone.push(...purged.filter(({ isGone }) => isGone).map(({ id }) => id));
    }
    this.#dependencies.forget(gone);
    this.#queue.forget(gone);
    this.#emptied(gone);
    try {
      await removeTasks(this.#env.DB, gone);
      this.#settings.write(PENDING, null);
    } catch {
      // D1 is away: the rows go when it is back, and the tasks are gone already.
    }
    return gone.length;
  }
}
