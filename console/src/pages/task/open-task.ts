// What the page has open: the stream of its task, and the task as it is now.

import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { pageLine } from '../../live/line-state.ts';
import { openTaskStream, type TaskStream } from '../../live/task-stream.ts';
import { titleOf } from '../../parts/title.ts';
import { pageTitle } from '../../shell/page-title.ts';
import { keepTask, type LiveTask } from './live-task.ts';

export interface OpenTask {
  readonly stream: TaskStream;
  readonly live: LiveTask;
}

/** Opens a task as long as the page is there. */
export function useOpenTask(id: string): OpenTask | null {
  const [open, setOpen] = useState<OpenTask | null>(null);
  useEffect(() => {
    const stream = openTaskStream(id);
    const live = keepTask(id, stream);
    pageLine.value = stream.line;
    setOpen({ stream, live });
    const stop = effect(() => {
      const task = live.task.value;
      if (task !== null) pageTitle.value = titleOf(task);
    });
    return () => {
      stop();
      live.close();
      stream.close();
      pageLine.value = null;
      pageTitle.value = null;
    };
  }, [id]);
  return open;
}
