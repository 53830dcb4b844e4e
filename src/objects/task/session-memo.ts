import type { Lease } from '../../contract/task.ts';

/** What a session remembers of the clock of its lease while the object sleeps. */
export interface ClockMemo {
  readonly endsAt: number;
  readonly lastHeartbeatAt?: number;
  readonly workId: string | undefined;
  readonly handedOut: string | undefined;
  readonly progress: Lease['progress'];
  readonly progressToldAt: number;
  readonly progressTold: string | undefined;
  readonly acks: ReadonlySet<string>;
  readonly tokenExpiresAt: number;
}

/** It stands in the attachment of a socket, which is small, so of a runner's own words it keeps the short ones. */
const ACKS_MAX = 8;
const PROGRESS_CHARS_MAX = 200;
/** An id of our making; a runner may name others, which mean nothing. */
const OUR_ID = /^(?:cmd|wrk)_[\w.:-]{1,64}$/;

/** The memo of what memory holds. */
export function memoOf(running: ClockMemo): ClockMemo {
  const { endsAt, lastHeartbeatAt, workId, handedOut, progress, tokenExpiresAt } = running;
  const { progressToldAt, progressTold } = running;
  const acks = [...running.acks].filter((id) => OUR_ID.test(id)).slice(-ACKS_MAX);
  const { message, ...numbers } = progress ?? {};
  const isBrief = message !== undefined && message.length <= PROGRESS_CHARS_MAX;
  return {
    endsAt,
    ...(lastHeartbeatAt === undefined ? {} : { lastHeartbeatAt }),
    workId: workId !== undefined && OUR_ID.test(workId) ? workId : undefined,
    handedOut,
    progress: progress && { ...numbers, ...(isBrief ? { message } : {}) },
    progressToldAt,
    progressTold,
    acks: new Set(acks),
    tokenExpiresAt,
  };
}
