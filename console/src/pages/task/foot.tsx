import { useEffect } from 'preact/hooks';
import type { TaskSnapshot } from '../../../../src/contract/task.ts';
import { projectId } from '../../api/session.ts';
import { InCode } from '../../parts/code.tsx';
import { setQuery } from '../../routing/place.ts';
import { callsFor } from './calls.ts';

/** What this page shows and does, as commands. */
export const Foot = ({ task }: { readonly task: TaskSnapshot }) => {
  const { projectId: project } = task;
  // A link to a task names no project, and all around the task is of the task's own.
  useEffect(() => {
    if (project !== projectId.peek()) setQuery({ project });
  }, [project]);
  return <InCode calls={callsFor(task)} />;
};
