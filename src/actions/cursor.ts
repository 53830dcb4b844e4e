import { ok, type Result, refuse } from '../contract/error.ts';
import { TASK_ID } from '../contract/id.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { sha256 } from '../domain/digest.ts';

/** Short, for it only tells lists apart; a forged cursor shows nobody anything, rows are filtered by project. */
const FILTER_CHARS = 12;

const filterMark = (filter: object): string => sha256(canonicalJson(filter)).slice(0, FILTER_CHARS);

/** Where the next page begins, bound to the list that it was made by. */
export function writeCursor(lastId: string, filter: object): string {
  return btoa(`${lastId}.${filterMark(filter)}`).replace(/=+$/, '');
}

export function readCursor(
  cursor: string | undefined,
  filter: object,
  form = TASK_ID,
): Result<string | undefined> {
  if (cursor === undefined) return ok(undefined);
  const wrong = refuse('invalid_cursor', 'The cursor was not made by this list.', {
    errors: [{ path: '?cursor', message: 'The cursor was not made by this list.' }],
  });
  let text: string;
  try {
    text = atob(cursor);
  } catch {
    return wrong;
  }
  const [id = '', mark] = text.split('.');
  return form.test(id) && mark === filterMark(filter) ? ok(id) : wrong;
}
