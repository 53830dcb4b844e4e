import { type Result, TASK_NOT_FOUND } from '../../contract/error.ts';
import { type Actor, admit } from '../../contract/principal.ts';
import type { Kept, Key } from '../../contract/reply.ts';
import { KeptReplies } from '../kept-replies.ts';
import type { TaskStore } from './task-store.ts';

/** What a request says of who asks; what the task is told by others says nothing, and bears no key. */
type Request = object | { readonly actor: Actor };

/**
 * What requests with an Idempotency-Key were answered by this task. It answers again only who may still see the task,
 * and a task that does not exist keeps nothing.
 */
export class TaskReplies {
  readonly #kept: KeptReplies;
  readonly #store: TaskStore;

  constructor(sql: SqlStorage, store: TaskStore) {
    this.#kept = new KeptReplies(sql);
    this.#store = store;
  }

  once<T>(key: Key, request: Request, work: () => Result<T>): Kept<T> {
    return this.#kept.once(this.#mayKeep(request, key), work);
  }

  onceLater<T>(key: Key, request: Request, work: () => Promise<Result<T>>): Promise<Kept<T>> {
    return this.#kept.onceLater(this.#mayKeep(request, key), work);
  }

  #mayKeep(request: Request, key: Key): Key {
    if (key === null || !('actor' in request)) return null;
    const { state } = this.#store;
    if (state === null) return null;
    return admit(request.actor, state, TASK_NOT_FOUND).ok ? key : null;
  }
}
