import { Empty } from '../../parts/empty.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { setQuery } from '../../routing/place.ts';
import { newTask } from './calls.ts';
import { isCreating } from './opened.ts';
import { wish } from './shown.ts';
import { FILTERS, isFiltered } from './wish.ts';

/** Nothing was made yet, or nothing is as the reader wants it. */
export function NoTasks() {
  if (isFiltered(wish.value)) {
    return (
      <Empty title="No task is like that">
        <button
          type="button"
          onClick={() => setQuery(Object.fromEntries(FILTERS.map((name) => [name, null])))}
        >
          Show all tasks
        </button>
      </Empty>
    );
  }
  const call = { does: '', method: 'POST', path: '/tasks', body: newTask() } as const;
  return (
    <Empty title="There is no task yet" command={curlHere(call)}>
      <p>A task that is made shows up here at once. Copy this, or write one here.</p>
      <button type="button" class="main" onClick={() => (isCreating.value = true)}>
        New task
      </button>
    </Empty>
  );
}
