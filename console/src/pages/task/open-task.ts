// What the page has open: the stream of its task, and the task as it is now.

import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { onFeed } from '../../live/feed.ts';
import { pageLine } from '../../live/line-state.ts';
import { openTaskStream, type TaskStream } from '../../live/task-stream.ts';
import { titleOf } from '../../parts/title.ts';
import { pageTitle } from '../../shell/page-title.ts';
import { keepTask, type LiveTask } from './live-task.ts';
import { isEnded } from './standing.ts';

export interface OpenTask {
  readonly stream: TaskStream;
  readonly live: LiveTask;
}

/** Opens a task as long as the page is there; a task that was ended and goes on is opened once more. */
export function useOpenTask(id: string): OpenTask | null {
  const [turn, setTurn] = useState(0);
  const [open, setOpen] = useState<OpenTask | null>(null);
  useEffect(() => {
    const stream = openTaskStream(id);
    const live = keepTask(id, stream);
    pageLine.value = stream.line;
    setOpen({ stream, live });
    const stops = [
      // The stream of an ended task is over; what comes after is told by the feed.
      onFeed({
        event: ({ taskId }) => {
          if (taskId === id && stream.line.peek().phase === 'ended') void live.read();
        },
      }),
      effect(() => {
        const task = live.task.value;
        if (task === null) return;
        pageTitle.value = titleOf(task);
        const { phase, seq } = stream.line.value;
        if (phase === 'ended' && task.seq > seq && !isEnded(task.status)) setTurn(turn + 1);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      live.close();
      stream.close();
      pageLine.value = null;
      pageTitle.value = null;
    };
  }, [id, turn]);
  return open;
}
