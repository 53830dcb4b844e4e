import { type Result, refuse } from '../contract/error.ts';
import type { Reply } from '../contract/reply.ts';
import type { Ask } from './ask.ts';
import { once } from './effect.ts';

const TRIES_MAX = 10;

/**
 * A change of something that exists: `enter` finds it and says whether the caller may, a repetition is answered as the
 * first was, and else `attempt` changes what was found. Null from it says that somebody was faster: then it is found
 * anew.
 */
export async function changeOnce<E, T>(
  ask: Ask,
  enter: () => Promise<Result<E>>,
  attempt: (found: E) => Promise<Result<Reply<T>> | null>,
): Promise<Result<Reply<T>>> {
  const first = await enter();
  if (!first.ok) return first;
  return once(ask, async () => {
    let found: Result<E> = first;
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      if (!found.ok) return found;
      const done = await attempt(found.value);
      if (done !== null) return done;
      found = await enter();
    }
    return refuse('conflict', 'Somebody else changed it at the same time.');
  });
}
