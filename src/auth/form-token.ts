// What a form of ours carries, so that no other page can send it in a person's name: it belongs to one question and one
// sign-in, and is worth nothing once the question is answered.

import type { KeyEnv } from './keys.ts';
import { hashSecret } from './secret-hash.ts';

export interface Question {
  /** The row that holds the question. */
  readonly id: string;
  readonly signinId: string;
}

export const formTokenOf = (env: KeyEnv, { id, signinId }: Question): Promise<string> =>
  hashSecret(env, `form ${id} ${signinId}`);

export async function isFormToken(
  env: KeyEnv,
  question: Question,
  token: string,
): Promise<boolean> {
  const encoder = new TextEncoder();
  const wanted = encoder.encode(await formTokenOf(env, question));
  const given = encoder.encode(token);
  return given.length === wanted.length && crypto.subtle.timingSafeEqual(given, wanted);
}
