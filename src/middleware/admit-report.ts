import { createMiddleware } from 'hono/factory';
import { LEAKS_MAX } from '../contract/token-leak.ts';
import type { AppEnv } from './app-env.ts';
import { PLATFORM_BODY_BYTES, readBody } from './read-json.ts';

const TOKEN_CHARACTERS_MAX = 200;

/**
 * For reports of anybody: what of the body is of the right form is kept as `body`, and nothing is refused for the rest. Nor is
 * what comes beyond the limit: it is not looked at.
 */
export const admitReport = createMiddleware<AppEnv>(async (c, next) => {
  const text = await readBody(c, PLATFORM_BODY_BYTES);
  const quota = c.get('quota');
  const isOver = quota !== undefined && !(await quota.settle()).ok;
  c.set('body', isOver ? [] : entriesIn(text));
  return next();
});

function entriesIn(text: string): readonly { readonly token: string }[] {
  const list = parsed(text);
  if (!Array.isArray(list)) return [];
  return (
    list
      .map((entry: unknown) => (entry as { token?: unknown } | null)?.token)
      .filter((token) => typeof token === 'string' && token.length <= TOKEN_CHARACTERS_MAX)
      .slice(0, LEAKS_MAX)
      // The filter has seen to it that they are strings.
      .map((token) => ({ token: token as string }))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
