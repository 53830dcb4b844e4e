import type { TaskEvent } from '../../src/contract/event.ts';

/** What our own writers write begins with it, so that the server's own words are never taken for a mark. */
export const MARK = '~';

const ours = (text: string | undefined): string | undefined =>
  text?.startsWith(MARK) ? text : undefined;

/** Where each kind of event carries what its writer wrote. An event that bears no mark is told of by nobody. */
export const markOf = (event: TaskEvent): string | undefined => {
  switch (event.type) {
    case 'task:created':
      return ours(event.data.description);
    case 'subtask:created':
      return ours(event.data.subtask.description);
    case 'log:entry':
    case 'task:stage-changed':
      return ours(event.data.message);
    case 'task:paused':
    case 'task:cancelled':
      return ours(event.data.reason);
    case 'gate:required':
      return event.data.held?.kind === 'report' ? ours(event.data.held.report.message) : undefined;
    case 'gate:approved':
    case 'gate:rejected':
    case 'gate:changes-requested':
      return ours(event.data.comment);
    case 'lease:acquired':
      return event.data.leaseId;
    case 'work:finished':
      return event.data.workId;
    default:
      return undefined;
  }
};

/** What makes an event one of its kind: a report may be held at one gate after the other. */
export const keyOf = (event: TaskEvent): string | undefined => {
  const mark = markOf(event);
  if (mark === undefined) return undefined;
  return event.type === 'gate:required' ? `${event.data.gateId} ${mark}` : mark;
};

/** What an agent or a scripted runner says: under which lease or work, and its number there. */
export const sayUnder = (name: string, n: number | string): string =>
  `${MARK}said under ${name}, number ${n}`;

/** The last line of an agent that has come to its end. */
export const endOf = (name: string): string => `${MARK}that was all of ${name}`;

const SAID = /^~said under ((?:lse|wrk)_\w+), number (\d+)$/;

export const readSaid = (message: string): { name: string; n: number } | undefined => {
  const [, name, n] = SAID.exec(message) ?? [];
  return name === undefined ? undefined : { name, n: Number(n) };
};
