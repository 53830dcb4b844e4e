import type { TaskStream } from '../../../live/task-stream.ts';
import { Empty } from '../../../parts/empty.tsx';
import { curlHere, runHere } from '../../../parts/samples-here.ts';
import { setQuery } from '../../../routing/place.ts';

const FILTERS = { stage: null, agent: null, level: null, q: null, only: null };

/** What stands where no line is shown: why, and what would change that. */
export function NoLines({ stream }: { readonly stream: TaskStream }) {
  const task = stream.task.value;
  const id = task?.id;
  if (stream.lines.length > 0)
    return (
      <Empty title="No line is shown">
        <p class="muted">The task has lines, but none that you ask for.</p>
        <button type="button" onClick={() => setQuery(FILTERS)}>
          Show all lines
        </button>
      </Empty>
    );
  if (id === undefined) return <p class="muted">Reading…</p>;
  const isTaken =
    stream.version.value >= 0 && stream.events.some(({ type }) => /^lease:/.test(type));
  if (task?.waitingFor === 'runner' && !isTaken)
    return (
      <Empty title="It waits for a runner" command={runHere()}>
        <p class="muted">
          Are <a href="/console/runners">the runners</a> all at work, or is none there? This makes
          one, in the folder of a git repository:
        </p>
      </Empty>
    );
  const body = { message: 'Hello from curl' };
  const call = { does: 'Write a line', method: 'POST', path: `/tasks/${id}/log`, body } as const;
  return (
    <Empty title="Nothing has been said yet" command={curlHere(call)}>
      <p class="muted">
        What the agents say appears here as they say it. Anybody may say something:
      </p>
    </Empty>
  );
}
