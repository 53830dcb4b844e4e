// What a form of ours carries, so that no other page can send it in a person's name: it belongs to one question and one
// sign-in, and is worth nothing once the question is answered.

import type { KeyEnv } from './keys.ts';
import { hashSecret, secretHashes } from './secret-hash.ts';

export interface Question {
  /** The row that holds the question. */
  readonly id: string;
  readonly signinId: string;
}

const textOf = ({ id, signinId }: Question): string => `form ${id} ${signinId}`;

export const formTokenOf = (env: KeyEnv, question: Question): Promise<string> =>
  hashSecret(env, textOf(question));

export async function isFormToken(
  env: KeyEnv,
  question: Question,
  token: string,
): Promise<boolean> {
  const encoder = new TextEncoder();
  const given = encoder.encode(token);
  const good = (await secretHashes(env, textOf(question))).map((hash) => encoder.encode(hash));
  return good.some(
    (one) => given.length === one.length && crypto.subtle.timingSafeEqual(given, one),
  );
}
