// One task as it happens: the task as it is, its log lines, and everything else that has happened to it.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { TaskEvent } from '../../../src/contract/event.ts';
import type { StreamEvent } from '../../../src/contract/event-page.ts';
import type { LogLevel, Task } from '../../../src/contract/task.ts';
import { Line, socketUrl } from './line.ts';
import type { LineState } from './line-state.ts';

/** A line of the log. `seq` is its place among the events of the task, and what a permalink names. */
export interface LogLine {
  readonly seq: number;
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly stage: string;
  readonly agent: string;
}

export type OtherEvent = Exclude<TaskEvent, { type: 'log:entry' }>;

/** What the parts of the page of a task read. Nothing in it is ever changed but by the stream. */
export interface TaskStream {
  /** The task as it was when the connection was made; null until the first frame. */
  readonly task: ReadonlySignal<Task | null>;
  /** Every line so far, oldest first. It only grows; `version` says when it has. */
  readonly lines: readonly LogLine[];
  /** Everything that is no log line, oldest first; it only grows. */
  readonly events: readonly OtherEvent[];
  /** Counts up, once a painted frame at most, when `lines` or `events` have grown. */
  readonly version: ReadonlySignal<number>;
  readonly line: ReadonlySignal<LineState>;
  readonly close: () => void;
}

type Entry = readonly [at: number, level: LogLevel, stage: string, agent: string, text: string];

interface Frame {
  /** `logs`: lines in short, the n-th with the seq `from + n`. */
  readonly t?: 'events' | 'logs';
  readonly events?: readonly StreamEvent[];
  readonly from?: number;
  readonly entries?: readonly Entry[];
  readonly type?: string;
  readonly seq?: number;
  readonly data?: Task;
}

/** Opens the stream of a task from its first event; `close` when the page is left. */
export function openTaskStream(taskId: string): TaskStream {
  const task: Signal<Task | null> = signal(null);
  const kept = new Kept();
  const version = signal(0);
  const growth = new Growth(version);
  const take = (raw: unknown) => {
    // Frames are of this server's own release.
    const frame = raw as Frame;
    if (frame.type === 'task:state') {
      task.value = frame.data ?? null;
      growth.head = frame.seq ?? 0;
      return { seq: kept.seq, events: 0, head: growth.head };
    }
    const before = kept.count;
    if (frame.t === 'logs') kept.addEntries(frame.from ?? 0, frame.entries ?? []);
    else kept.addEvents(frame.events ?? []);
    growth.note(kept.seq);
    return { seq: kept.seq, events: kept.count - before };
  };
  const line = new Line({
    url: (after) => socketUrl(`/stream/${taskId}?logs=compact&after=${after ?? 0}`),
    protocol: 'sluice.stream.v1',
    acknowledges: true,
    after: 0,
    take,
  });
  const { lines, events } = kept;
  return { task, lines, events, version, line: line.state, close: () => line.close() };
}

/** How often a page is drawn anew while it reads what was before it was opened. */
const READING_MS = 120;

/** Says that there is more: at once what happens, now and then what has happened long ago, which comes in floods. */
class Growth {
  readonly #version: Signal<number>;
  /** Where the log stood when the connection was made. */
  head = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(version: Signal<number>) {
    this.#version = version;
  }

  note(seq: number): void {
    if (seq >= this.head) this.#say();
    else this.#timer ??= setTimeout(() => this.#say(), READING_MS);
  }

  #say(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#version.value += 1;
  }
}

/** What has come so far, each event once: what is not newer than the newest is passed over. */
class Kept {
  readonly lines: LogLine[] = [];
  readonly events: OtherEvent[] = [];
  seq = 0;
  /** Words that come in every line, each kept once. */
  readonly #words = new Map<string, string>();

  get count(): number {
    return this.lines.length + this.events.length;
  }

  addEntries(from: number, entries: readonly Entry[]): void {
    for (let index = Math.max(0, this.seq + 1 - from); index < entries.length; index++) {
      const entry = entries[index];
      if (entry !== undefined) this.#addLine(from + index, entry);
    }
  }

  addEvents(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.seq) continue;
      if (event.type === 'log:entry') this.#addLine(event.seq, entryOf(event));
      else if (event.type === 'stream:gap') this.#addLine(event.seq, gapOf(event));
      else {
        this.events.push(event);
        this.seq = event.seq;
      }
    }
  }

  #addLine(seq: number, [at, level, stage, agent, message]: Entry): void {
    this.lines.push({
      seq,
      at,
      level,
      message,
      stage: this.#same(stage),
      agent: this.#same(agent),
    });
    this.seq = seq;
  }

  #same(word: string): string {
    const known = this.#words.get(word);
    if (known === undefined) this.#words.set(word, word);
    return known ?? word;
  }
}

type EventOf<T> = Extract<StreamEvent, { type: T }>;

function entryOf({ timestamp, data }: EventOf<'log:entry'>): Entry {
  const { level, message, stage = '', agent = '', at = timestamp } = data;
  return [Date.parse(at), level, stage, agent, message];
}

/** A hole is shown as a line, so that nobody takes what is left for all there was. */
const gapOf = ({ timestamp, data: { from, to } }: EventOf<'stream:gap'>): Entry => [
  ...([Date.parse(timestamp), 'warn', '', ''] as const),
  `Events ${from} to ${to} are no longer kept.`,
];
