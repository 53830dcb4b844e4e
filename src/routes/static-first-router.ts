// Hono's fastest router knows no list beside ids (`/tasks/paused` and `/tasks/:id`), and its next one takes as long as
// all else that happens before a handler. So paths without parameters are looked up first, in a router of their own.

import type { Result, Router } from 'hono/router';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { RESERVED } from './methods.ts';

/** Two regular expressions a method: of the paths that are words alone, and of all others. */
export class StaticFirstRouter<T> implements Router<T> {
  readonly name = 'StaticFirstRouter';
  readonly #words = new RegExpRouter<T>();
  readonly #others = new RegExpRouter<T>();
  readonly #known = new Set<string>();

  add(method: string, path: string, handler: T): void {
    const isWildcard = path.includes('*');
    const isWords = !isWildcard && !path.includes(':');
    if (isWords) this.#known.add(`${method} ${path}`);
    if (isWords || isWildcard) this.#words.add(method, path, handler);
    if (!isWords) this.#others.add(method, path, handler);
  }

  match(method: string, path: string): Result<T> {
    // A reserved word is never an id, whatever follows it.
    const isWords = this.#known.has(`${method} ${path}`) || RESERVED.test(path);
    return (isWords ? this.#words : this.#others).match(method, path);
  }
}
