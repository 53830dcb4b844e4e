import type { FeedPlace } from '../../contract/feed.ts';

export const BOARD_MIGRATIONS: readonly string[] = [
  'CREATE TABLE board(last INTEGER PRIMARY KEY, first INTEGER NOT NULL, body TEXT NOT NULL)',
];

/** Older events of the board are read in the logs of their tasks. */
const KEPT = 10_000;
/** Rows are dropped in one go, not one at a time. */
const DROP_EVERY = 500;
/** A row holds 2 MB, and a character takes up to three bytes. */
const ROW_CHARS_MAX = 320_000;

/** Something that is to be told, before it has its number: an event of a task, or of the project itself (`taskId` 0). */
export interface FeedDraft {
  readonly type: string;
  readonly taskId: string;
  readonly timestamp: string;
  readonly data: object;
  /** Its number in its task. */
  readonly taskSeq?: number;
  readonly place: FeedPlace;
}

/** The same under the number of the project. What was written before places were has none. */
export type BoardEvent = Omit<FeedDraft, 'place'> & {
  readonly seq: number;
  readonly place?: FeedPlace;
};

const parse = ({ body }: { body: string }): BoardEvent[] =>
  // Our own bytes, written by `append`.
  JSON.parse(body) as BoardEvent[];

/** The newest events of a project and of all its tasks, numbered through. */
export class BoardTable {
  readonly #sql: SqlStorage;
  #head: number | undefined;
  #dropped = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get head(): number {
    this.#head ??= this.#sql
      .exec<{ head: number }>('SELECT coalesce(max(last), 0) AS head FROM board')
      .one().head;
    return this.#head;
  }

  /** Numbers the events and keeps them as one row. */
  append(drafts: readonly FeedDraft[]): BoardEvent[] {
    const { head } = this;
    const numbered = drafts.map((draft, index) => ({ ...draft, seq: head + index + 1 }));
    if (numbered.length === 0) return [];
    const last = head + numbered.length;
    this.#write(numbered);
    this.#head = last;
    if (last - this.#dropped >= KEPT + DROP_EVERY) {
      this.#sql.exec('DELETE FROM board WHERE last <= ?', last - KEPT);
      this.#dropped = last - KEPT;
    }
    return numbered;
  }

  /** What was numbered in a transaction that failed was not. */
  forget(): void {
    this.#head = undefined;
  }

  /** As one row, or as parts of it where that would be too large. */
  #write(events: readonly BoardEvent[]): void {
    const body = JSON.stringify(events);
    if (body.length > ROW_CHARS_MAX && events.length > 1) {
      const middle = events.length >> 1;
      this.#write(events.slice(0, middle));
      this.#write(events.slice(middle));
      return;
    }
    const [first] = events;
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    this.#sql.exec(
      'INSERT INTO board(last, first, body) VALUES (?, ?, ?)',
      last.seq,
      first.seq,
      body,
    );
  }

  /** True if what came after `seq` is still here, all of it. */
  reaches(seq: number): boolean {
    if (seq >= this.head) return true;
    const { first } = this.#sql
      .exec<{ first: number | null }>('SELECT min(first) AS first FROM board')
      .one();
    return first !== null && seq >= first - 1;
  }

  /** A page of events after `seq`: a few rows, each whole. */
  after(seq: number): BoardEvent[] {
    return this.#sql
      .exec<{ body: string }>('SELECT body FROM board WHERE last > ? ORDER BY last LIMIT 100', seq)
      .toArray()
      .flatMap(parse)
      .filter((event) => event.seq > seq);
  }
}
