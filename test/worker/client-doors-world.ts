// Clients that ask the authorization server themselves.

import { askRequired } from './ask.ts';
import { type Fields, formOf } from './authorize-world.ts';

/** A form as a client sends it. */
export const postForm = (path: string, fields: Fields, headers: Record<string, string> = {}) =>
  askRequired(path, {
    method: 'POST',
    body: formOf(fields),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  });

/** An OAuth refusal in the two words that matter. */
export async function oauthRefusalOf(answer: Response): Promise<[number, unknown]> {
  return [answer.status, (await answer.json<{ error?: unknown }>()).error];
}
