// What a reader is given of the log. Each page looks at a bounded number of rows, however long the log and wherever the
// reader is in it.

import type { TaskEvent } from '../../contract/event.ts';
import type { StreamEvent, StreamGap } from '../../contract/event-page.ts';
import type { LogPage, LogsWanted } from '../../contract/logs.ts';
import type { LogEntry } from '../../contract/task.ts';

/** Rows that one page looks at. */
const ROWS_MAX = 1_000;
/** What a page of events may hold, so that it crosses from object to Worker in one piece. */
const PAGE_CHARS_MAX = 4_000_000;
/** What a page of logs reads, whether its filter finds anything in it or not. */
const SEARCH_CHARS_MAX = 2_000_000;
/** What is read for the newest logs: a hundred of the largest lines fit in. */
const NEWEST_BYTES_MAX = 8_000_000;

export const parseBody = (body: string | null): TaskEvent[] =>
  // Our own bytes, checked when they were written.
  body === null ? [] : (JSON.parse(body) as TaskEvent[]);

interface Row extends Record<string, SqlStorageValue> {
  readonly first: number;
  readonly last: number;
  readonly at: string;
  readonly body: string | null;
}

interface EventsWanted {
  readonly seq: number;
  readonly limit: number;
  readonly charsMax?: number | undefined;
}

/** A page of events after `seq`; neighbouring rows without a body are one gap. */
export function eventsAfter(sql: SqlStorage, taskId: string, wanted: EventsWanted): StreamEvent[] {
  const { seq, limit, charsMax = PAGE_CHARS_MAX } = wanted;
  const page: StreamEvent[] = [];
  let chars = 0;
  const rows = sql.exec<Row>(
    'SELECT first, last, at, body FROM blocks WHERE last > ? ORDER BY last LIMIT ?',
    seq,
    ROWS_MAX,
  );
  for (const row of rows) {
    if (row.body === null) {
      addGap(page, taskId, row, seq);
      continue;
    }
    // Full with a gap at its end, which might have gone on.
    if (page.length === limit) return page;
    for (const event of parseBody(row.body)) {
      if (event.seq > seq) page.push(event);
      if (page.length === limit) return page;
    }
    chars += row.body.length;
    if (chars > charsMax) return page;
  }
  return page;
}

/** A gap to the end of this row; one that ends before it is made longer. */
function addGap(page: StreamEvent[], taskId: string, row: Row, seq: number): void {
  const before = page.at(-1);
  const isLonger = before?.type === 'stream:gap';
  const from = isLonger ? before.data.from : Math.max(row.first, seq + 1);
  const gap: StreamGap = {
    type: 'stream:gap',
    taskId,
    timestamp: row.at,
    data: { from, to: row.last, reason: 'pruned' },
    seq: row.last,
  };
  page.splice(isLonger ? -1 : page.length, 1, gap);
}

function* entriesOf(body: string | null): Generator<LogEntry> {
  for (const event of parseBody(body)) {
    if (event.type !== 'log:entry') continue;
    const { at: _, ...entry } = event.data;
    yield { seq: event.seq, timestamp: event.timestamp, ...entry };
  }
}

/** From row to row by their links, in one statement: a statement a row would take five times as long. */
const NEWEST_LOGS = `
  WITH RECURSIVE newest(body, before, logs, bytes) AS (
    SELECT body, logs_before, logs, octet_length(body) FROM blocks WHERE last = ?1
    UNION ALL
    SELECT b.body, b.logs_before, newest.logs + b.logs, newest.bytes + octet_length(b.body)
    FROM newest JOIN blocks AS b ON b.last = newest.before
    WHERE newest.logs < ?2 AND newest.bytes < ?3)
  SELECT body FROM newest`;

/** The newest log entries, oldest first, from the row at `newest` back. Where one is pruned, so are all before it. */
export function newestLogs(sql: SqlStorage, newest: number, limit: number): LogEntry[] {
  if (newest === 0) return [];
  return sql
    .exec<{ body: string | null }>(NEWEST_LOGS, newest, limit, NEWEST_BYTES_MAX)
    .toArray()
    .reverse()
    .flatMap(({ body }) => [...entriesOf(body)])
    .slice(-limit);
}

const isWanted = (entry: LogEntry, { level, agent, q }: LogsWanted): boolean =>
  (level === undefined || entry.level === level) &&
  (agent === undefined || entry.agent === agent) &&
  (q === undefined || entry.message.toLowerCase().includes(q.toLowerCase()));

/** A page of log entries; it ends where it has looked far enough, whatever it has found. */
export function logsAfter(sql: SqlStorage, wanted: LogsWanted): LogPage {
  const logs: LogEntry[] = [];
  const upTo = (next: number | null): LogPage => ({ logs, count: logs.length, next });
  let [rows, chars, seen] = [0, 0, wanted.after];
  const cursor = sql.exec<{ last: number; body: string | null }>(
    `SELECT last, iif(logs > 0, body, NULL) AS body FROM blocks
     WHERE last > ? ORDER BY last LIMIT ?`,
    wanted.after,
    ROWS_MAX,
  );
  for (const { last, body } of cursor) {
    for (const entry of entriesOf(body)) {
      if (entry.seq <= wanted.after || !isWanted(entry, wanted)) continue;
      if (logs.length === wanted.limit) return upTo(logs.at(-1)?.seq ?? null);
      logs.push(entry);
    }
    rows += 1;
    chars += body?.length ?? 0;
    seen = last;
    if (chars > SEARCH_CHARS_MAX) return upTo(seen);
  }
  return upTo(rows === ROWS_MAX ? seen : null);
}
