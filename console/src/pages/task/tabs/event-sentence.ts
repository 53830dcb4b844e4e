// What an event says in a few words, from the members that people look for. Pure.

import type { OtherEvent } from '../../../live/task-stream.ts';
import { dollars } from '../../../parts/number.ts';

const LENGTH_MAX = 160;
/** In the order in which they are told. */
const MEMBERS = [
  ...['gateName', 'stage', 'agent', 'tool', 'kind', 'outcome', 'runnerName', 'status', 'limit'],
  ...['approver', 'rejector', 'requester', 'by', 'from', 'message', 'text', 'thinking', 'summary'],
  ...['comment', 'error', 'reason', 'key', 'value'],
] as const;

/** The words of an event, on one line; an empty text where its type says it all. */
export function sentenceOf({ type, data }: OtherEvent): string {
  if (type === 'usage:updated') return dollars(data.estimatedCost);
  if (type === 'artifact:added') return `${data.artifact.name}, version ${data.artifact.version}`;
  // Of whatever type: a member that is there and is a text.
  const members = data as Readonly<Record<string, unknown>>;
  const words = MEMBERS.flatMap((name) => {
    const value = members[name];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
  const line = [...new Set(words)].join(' · ').replaceAll(/\s+/g, ' ');
  return line.length > LENGTH_MAX ? `${line.slice(0, LENGTH_MAX - 1)}…` : line;
}
