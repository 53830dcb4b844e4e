import type { ComponentChildren } from 'preact';
import { CopyId } from '../../parts/copy.tsx';
import { Status } from '../../parts/status.tsx';
import { titleOf } from '../../parts/title.ts';
import { standingOf, type View } from './standing.ts';

/** Where one is, what the task is called, and how it stands. */
export function TaskHeader({
  view,
  children,
}: {
  readonly view: View;
  readonly children?: ComponentChildren;
}) {
  const { task } = view;
  const { parentTaskId } = task;
  return (
    <header class="stack">
      <nav class="row small" aria-label="Breadcrumb">
        <a href="/console/">Tasks</a>
        {parentTaskId !== undefined && (
          <>
            <span class="muted">/ part of</span>
            <a href={`/console/tasks/${parentTaskId}`}>{parentTaskId}</a>
          </>
        )}
        <span class="muted">/</span>
        <CopyId id={task.id} />
      </nav>
      <div class="row">
        <h1>{titleOf(task)}</h1>
        <span role="status">
          <Status {...standingOf(task)} />
        </span>
        {children}
      </div>
    </header>
  );
}
