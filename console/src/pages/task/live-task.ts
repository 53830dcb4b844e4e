// The task of the page as it is now. Its stream says when something has changed; what it says in passing (what was used, how
// far the agent has come) is taken from the events, and the task itself is read again, once for all that came meanwhile.

import { batch, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Budget } from '../../../../src/contract/budget.ts';
import type { Task } from '../../../../src/contract/task.ts';
import { get, type Refusal } from '../../api/ask.ts';
import type { OtherEvent, TaskStream } from '../../live/task-stream.ts';

export interface LiveTask {
  readonly task: ReadonlySignal<Task | null>;
  readonly budget: ReadonlySignal<Budget | null>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  /** Reads it again; whoever asks while it is being read is served by one more reading. */
  readonly read: () => Promise<void>;
  readonly close: () => void;
}

/** They come by the dozen and change nothing that an answer would say better. */
const IN_PASSING = /^(agent:|usage:|changes:|output:|checkpoint:)/;

/** Keeps a task by its stream until `close`. */
export function keepTask(id: string, stream: TaskStream): LiveTask {
  const task = signal<Task | null>(null);
  const budget = signal<Budget | null>(null);
  const refusal = signal<Refusal | null>(null);
  let isReading = false;
  let isStale = false;
  let isClosed = false;
  let seen = 0;
  const put = (next: Task | null): void => {
    if (next !== null && next.seq >= (task.peek()?.seq ?? 0)) task.value = next;
  };
  const readOnce = async (): Promise<void> => {
    const [whole, money] = await Promise.all([
      get<Task>(`/tasks/${id}`),
      get<Budget>(`/tasks/${id}/budget`),
    ]);
    if (isClosed) return;
    batch(() => {
      if (whole.ok) put(whole.value);
      if (money.ok) budget.value = money.value;
      refusal.value = whole.ok ? null : whole.refusal;
    });
  };
  const read = async (): Promise<void> => {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale && !isClosed) {
      isStale = false;
      await readOnce();
    }
    isReading = false;
  };
  const hear = (): void => {
    const known = task.peek()?.seq ?? 0;
    const news = stream.events.slice(seen).filter(({ seq }) => seq > known);
    seen = stream.events.length;
    if (news.some(({ type }) => !IN_PASSING.test(type))) void read();
    for (const event of news) task.value = withWord(task.peek(), event);
  };
  const stops = [
    effect(() => put(stream.task.value)),
    effect(() => {
      if (stream.version.value > 0) hear();
    }),
  ];
  void read();
  const close = (): void => {
    isClosed = true;
    for (const stop of stops) stop();
  };
  return { task, budget, refusal, read, close };
}

/** What an event says in passing. Pure. */
function withWord(task: Task | null, event: OtherEvent): Task | null {
  if (task === null) return null;
  if (event.type === 'usage:updated') {
    const { costMicros: _, model: __, ...usage } = event.data;
    return { ...task, usage: { ...task.usage, ...usage } };
  }
  if (event.type !== 'agent:progress' || task.lease === undefined) return task;
  return { ...task, lease: { ...task.lease, progress: event.data } };
}
