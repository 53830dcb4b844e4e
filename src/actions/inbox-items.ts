import { ok, type Result } from '../contract/error.ts';
import type { InboxQuery } from '../contract/inbox.ts';
import { visibleText } from '../domain/visible-text.ts';
import type { Ask } from './ask.ts';
import { listInbox } from './inbox.ts';

/** A line of the inbox, for the eyes of a person. */
export interface InboxItem {
  readonly id: string;
  readonly name: string;
  readonly task: string;
  /** It waits for this person's voice. */
  readonly isMine: boolean;
  readonly expiresAt: string | undefined;
}

const TITLE_CHARS = 120;

/** The first line says what it is about; the page of the gate says all. */
const titleOf = (description: string): string => {
  const [line = ''] = description.trim().split('\n');
  const shown = visibleText(line);
  return shown.length > TITLE_CHARS ? `${shown.slice(0, TITLE_CHARS)}…` : shown;
};

export async function inboxItems(
  ask: Ask,
  query: InboxQuery,
): Promise<Result<{ readonly items: readonly InboxItem[]; readonly nextCursor: string | null }>> {
  const found = await listInbox(ask, query);
  if (!found.ok) return found;
  const { gates, nextCursor = null } = found.value;
  const items = gates.map(({ id, name, task, canDecide, myVote, expiresAt }) => ({
    id,
    name,
    task: titleOf(task.description),
    isMine: canDecide && myVote === null,
    expiresAt,
  }));
  return ok({ items, nextCursor });
}
