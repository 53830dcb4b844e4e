// What changes in the project, as it happens: the one stream that is open on every page.

import { effect } from '@preact/signals';
import type { TaskRow } from '../../../src/contract/task.ts';
import { projectId } from '../api/session.ts';
import type { Taken } from './catch-up.ts';
import { Line, socketUrl } from './line.ts';
import { projectLine } from './line-state.ts';

/** An event of a task (`seq` numbers the project's, `taskSeq` the task's), or with `taskId` 0 one of the project itself. */
export interface FeedEvent {
  readonly type: string;
  readonly taskId: string;
  readonly timestamp: string;
  readonly seq: number;
  readonly taskSeq?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface FeedListener {
  /** The newest tasks as they are: at the beginning, and whenever the connection is made anew. */
  readonly state?: (rows: readonly TaskRow[]) => void;
  /** What has happened, in order; all that came since the last painted frame. */
  readonly event?: (event: FeedEvent) => void;
  /** Too much was missed: what was read before has to be read again. */
  readonly reset?: () => void;
}

/** Whether nothing has been told before: however often it was tried, there is nothing to catch up with. */
let isFirst = true;

const listeners = new Set<FeedListener>();

/** Hears of the project until the function that it answers is called. */
export function onFeed(listener: FeedListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keeps the stream of the project that is shown open. */
export function keepFeed(): () => void {
  return effect(() => {
    const project = projectId.value;
    if (project === null) return;
    const opened = new Line({
      url: (after) => {
        isFirst = after === null;
        return socketUrl(`/ws?projectId=${project}${isFirst ? '' : `&after=${after}`}`);
      },
      take,
    });
    projectLine.value = opened.state;
    return () => {
      opened.close();
      projectLine.value = null;
    };
  });
}

function take(frame: unknown): Taken | null {
  // Frames are of this server's own release.
  const event = frame as FeedEvent;
  if (event.type === 'task:state') {
    const rows = event.data['tasks'] as readonly TaskRow[];
    for (const listener of listeners) listener.state?.(rows);
    // It is no event: what was missed comes after it. At the first time nothing was.
    const { seq } = event;
    return { seq: isFirst ? seq : (projectLine.peek()?.peek().seq ?? 0), events: 0, head: seq };
  }
  const isReset = event.type === 'feed:reset';
  for (const listener of listeners) isReset ? listener.reset?.() : listener.event?.(event);
  return { seq: event.seq, events: isReset ? Infinity : 1 };
}
