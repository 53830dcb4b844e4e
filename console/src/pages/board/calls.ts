// The board in code.

import { withQuery } from '../../api/ask.ts';
import { projectId } from '../../api/session.ts';
import { type Call, runWords } from '../../parts/samples.ts';
import { COLUMNS } from './columns.ts';
import type { Wish } from './wish.ts';

const EXAMPLE = 'Fix the flaky test of the parser';

/** What the board shows and does, as requests. */
export function boardCalls({ q, workflow, column }: Wish): readonly Call[] {
  const project = projectId.value ?? '';
  const statuses = COLUMNS.find(({ key }) => key === column)?.statuses ?? [];
  const wanted = { projectId: project, q, workflow, status: statuses.join(',') };
  return [
    { does: 'List these tasks', method: 'GET', path: withQuery('/tasks', wanted) },
    { does: 'Create a task', method: 'POST', path: '/tasks', body: newTask() },
    {
      does: 'Run what is queued, on this machine',
      method: 'GET',
      path: withQuery('/runners', { projectId: project }),
      cli: runWords(project),
    },
  ];
}

/** The smallest task that there is. */
export const newTask = () => ({ description: EXAMPLE, projectId: projectId.value ?? '' });
