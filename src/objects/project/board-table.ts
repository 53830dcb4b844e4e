import type { TaskEvent } from '../../contract/event.ts';

export const BOARD_MIGRATIONS: readonly string[] = [
  'CREATE TABLE board(last INTEGER PRIMARY KEY, first INTEGER NOT NULL, body TEXT NOT NULL)',
];

/** Older events of the board are read in the logs of their tasks. */
const KEPT = 10_000;
/** Rows are dropped in one go, not one at a time. */
const DROP_EVERY = 500;
/** A row holds 2 MB, and a character takes up to three bytes. */
const ROW_CHARS_MAX = 320_000;

/** An event on the board: the event of a task, under the number of the project. */
export type BoardEvent = TaskEvent & { readonly taskSeq: number };

const parse = ({ body }: { body: string }): BoardEvent[] =>
  // Our own bytes, written by `append`.
  JSON.parse(body) as BoardEvent[];

/** The newest events of all tasks of a project, numbered through. */
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
  append(events: readonly TaskEvent[]): BoardEvent[] {
    const { head } = this;
    const numbered = events.map((event, index) => ({
      ...event,
      seq: head + index + 1,
      taskSeq: event.seq,
    }));
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
