// Tasks for the palette: those that the console knows already at once, those that only the server knows a little later.

import { useEffect, useState } from 'preact/hooks';
import type { TaskRow } from '../../../src/contract/task.ts';
import { get, withQuery } from '../api/ask.ts';
import { projectId } from '../api/session.ts';
import { allRows } from '../live/rows.ts';
import { titleOf } from '../parts/title.ts';
import { go } from '../routing/place.ts';
import type { Choice } from './find-choice.ts';

/** Nobody waits for this long after a letter, and a word is asked for once. */
const PAUSE_MS = 150;
const FOUND_MAX = 8;
const LETTERS_MIN = 2;

interface TaskList {
  readonly tasks: readonly TaskRow[];
}

/** Tasks that may fit, the newest first. */
export function useFoundTasks(text: string): readonly Choice[] {
  const [found, setFound] = useState<readonly TaskRow[]>([]);
  const typed = text.trim();
  useEffect(() => {
    if (typed.length < LETTERS_MIN) return;
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => {
      void search(typed, signal)
        .then(setFound)
        // Something else has been typed meanwhile.
        .catch(() => {});
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [typed]);
  const known = [...allRows()].map((row) => row.peek());
  const rows = new Map([...found, ...known].map((row) => [row.id, row]));
  return [...rows.values()]
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt))
    .map(choiceOf);
}

async function search(text: string, signal: AbortSignal): Promise<readonly TaskRow[]> {
  const query = { q: text, limit: FOUND_MAX, projectId: projectId.peek() };
  const answer = await get<TaskList>(withQuery('/tasks', query), { signal });
  return answer.ok ? answer.value.tasks : [];
}

const choiceOf = (row: TaskRow): Choice => ({
  id: row.id,
  name: titleOf(row),
  note: row.status,
  run: () => go(`/console/tasks/${row.id}`),
});
