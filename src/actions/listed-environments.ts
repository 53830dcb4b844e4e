import { ok, type Result } from '../contract/error.ts';
import type { Ask } from './ask.ts';
import { checkEnvironment, shownEnvironments } from './environment.ts';

/** The environments that a list shows which was asked for one of them, or for none; null: all. */
export function listedEnvironments(
  ask: Ask,
  wanted: string | undefined,
): Result<readonly string[] | null> {
  if (wanted === undefined) return ok(shownEnvironments(ask));
  const may = checkEnvironment(ask, wanted);
  if (!may.ok) return may;
  const shown = shownEnvironments(ask);
  return ok(shown === null || shown.includes(wanted) ? [wanted] : []);
}
