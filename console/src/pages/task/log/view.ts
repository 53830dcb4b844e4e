// Which lines of a log are shown, and which of those are found. Both grow with the log: what was looked at is not looked at again.

import type { LogLine } from '../../../live/task-stream.ts';
import { stripped } from './ansi.ts';
import type { Marks } from './marks.ts';

/** What somebody wants to see; empty: all of it. */
export interface Wanted {
  readonly stage: string;
  readonly agent: string;
  readonly levels: readonly string[];
  /** The last event that is shown; null: all that comes. */
  readonly until: number | null;
  /** What is looked for; null: nothing. */
  readonly find: RegExp | null;
  /** Only lines in which it was found. */
  readonly isOnly: boolean;
}

/** What is looked for, as it is written and in any case; null: nothing. */
export const finderOf = (words: string): RegExp | null =>
  words === '' ? null : new RegExp(words.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'gi');

/** The rows of a log: their lines, by the places of these in it. */
export class View {
  /** Of each row, the place of its line in the log. */
  readonly rows: number[] = [];
  /** The rows in which something was found. */
  readonly found: number[] = [];
  readonly #lines: readonly LogLine[];
  readonly #wanted: Wanted;
  #seen = 0;

  constructor(lines: readonly LogLine[], wanted: Wanted) {
    this.#lines = lines;
    this.#wanted = wanted;
  }

  get find(): RegExp | null {
    return this.#wanted.find;
  }

  /** Takes in what has come since. */
  grow(): void {
    const { until } = this.#wanted;
    for (; this.#seen < this.#lines.length; this.#seen++) {
      const line = this.#lines[this.#seen];
      if (line === undefined || line.seq > (until ?? Infinity)) return;
      this.#look(line);
    }
  }

  #look(line: LogLine): void {
    const { stage, agent, levels, find, isOnly } = this.#wanted;
    if (stage !== '' && line.stage !== stage) return;
    if (agent !== '' && line.agent !== agent) return;
    if (levels.length > 0 && !levels.includes(line.level)) return;
    const isFound = find !== null && stripped(line.message).search(find) !== -1;
    if (isOnly && find !== null && !isFound) return;
    if (isFound) this.found.push(this.rows.length);
    this.rows.push(this.#seen);
  }

  /** The line of a row. */
  line(row: number): LogLine | undefined {
    return this.#lines[this.rows[row] ?? -1];
  }

  /** The first row whose line has this number or a later one; the number of rows where none has. */
  rowFrom(seq: number): number {
    return firstWhere(this.rows.length, (row) => (this.line(row)?.seq ?? Infinity) >= seq);
  }
}

/** The row of the first line that is pointed at; -1: none, or it is not shown. */
export function rowAt(view: View, marks: Marks | null): number {
  if (marks === null) return -1;
  const row = view.rowFrom(marks.from);
  return view.line(row)?.seq === marks.from ? row : -1;
}

/** The first of `count` places where `holds` does, which holds for all behind it; `count` where it holds nowhere. */
export function firstWhere(count: number, holds: (place: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
