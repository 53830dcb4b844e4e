import { ok, type Result, refuse } from '../contract/error.ts';

/** What the stages of one task may hand on to each other. Larger things are files of the work tree. */
export const OUTPUTS_MAX = 100;
export const OUTPUT_CHARS_MAX = 500_000;

type Outputs = Readonly<Record<string, string>>;

/** Whether a task may keep these outputs beside those it has. */
export function outputsFit(kept: Outputs, added: Outputs): Result<null> {
  const all = Object.entries({ ...kept, ...added });
  if (all.length > OUTPUTS_MAX) {
    return refuse('invalid_request', `A task has at most ${OUTPUTS_MAX} outputs.`);
  }
  const chars = all.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (chars <= OUTPUT_CHARS_MAX) return ok(null);
  return refuse(
    'invalid_request',
    `The outputs of a task have at most ${OUTPUT_CHARS_MAX} characters.`,
  );
}
