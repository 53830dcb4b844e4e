import { redactAll } from '../redact.ts';

/** What a terminal would obey and what turns text round. Lines and tabs stay. */
const OBEYED = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A stranger's text as it is kept: at most so many characters, without control codes and without known secrets. */
export function keptText(text: string, charactersMax: number): string {
  const plain = text.replaceAll(OBEYED, '').toWellFormed();
  return redactAll(plain).slice(0, charactersMax).toWellFormed();
}
