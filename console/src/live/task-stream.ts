// One task as it happens: the task as it is, its log lines, and everything else that has happened to it.

import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { TaskEvent } from '../../../src/contract/event.ts';
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
  /** The task as it is now; null until the first frame. */
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

interface Frame {
  readonly t?: 'events';
  readonly events?: readonly TaskEvent[];
  readonly type?: string;
  readonly seq?: number;
  readonly data?: Task;
}

/** Opens the stream of a task from its first event; `close` when the page is left. */
export function openTaskStream(taskId: string): TaskStream {
  const task: Signal<Task | null> = signal(null);
  const lines: LogLine[] = [];
  const events: OtherEvent[] = [];
  const version = signal(0);
  const take = (raw: unknown) => {
    // Frames are of this server's own release.
    const frame = raw as Frame;
    if (frame.type === 'task:state') {
      task.value = frame.data ?? null;
      return { seq: line.state.peek().seq, events: 0, head: frame.seq ?? 0 };
    }
    const all = frame.events ?? [];
    const known = line.state.peek().seq;
    const fresh = all.filter(({ seq }) => seq > known);
    for (const event of fresh) {
      if (event.type === 'log:entry') lines.push(lineOf(event));
      else events.push(event);
    }
    version.value += 1;
    return { seq: all.at(-1)?.seq ?? known, events: fresh.length };
  };
  const line = new Line({
    url: (after) => socketUrl(`/stream/${taskId}?after=${after ?? 0}`),
    protocols: ['sluice.stream.v1'],
    acknowledges: true,
    after: 0,
    take,
  });
  return { task, lines, events, version, line: line.state, close: () => line.close() };
}

function lineOf({ seq, timestamp, data }: Extract<TaskEvent, { type: 'log:entry' }>): LogLine {
  const { level, message, stage = '', agent = '' } = data;
  return { seq, at: Date.parse(data.at ?? timestamp), level, message, stage, agent };
}
