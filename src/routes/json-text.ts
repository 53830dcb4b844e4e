import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import type { JsonText } from '../contract/json-text.ts';

type Answer<T> = Response & TypedResponse<JSONParsed<T>, 200, 'json'>;

/** An answer of text that is JSON already. What it holds is the text's type, as with `c.json`. */
export const jsonText = <T>(c: Context, text: JsonText<T>): Answer<T> =>
  // Hono's mark of a type, which no Response carries at run time.
  c.newResponse(text, 200, { 'Content-Type': 'application/json' }) as Answer<T>;
