import { useComputed } from '@preact/signals';
import type { TaskRow } from '../../../../src/contract/task.ts';
import { openSheet } from '../../gates/open-sheet.tsx';
import { waiting } from '../../live/waiting.ts';
import { Ago } from '../../parts/ago.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { plain } from '../../parts/plain.ts';
import { titleOf } from '../../parts/title.ts';
import { Cost } from './cost.tsx';
import { selected, toggle } from './selection.ts';
import type { Row } from './shown.ts';
import { whyItWaits } from './waits.ts';

/** One task on the board. It is drawn again when its own row changes, and at nothing else. */
export function Card({ row }: { readonly row: Row }) {
  const task = row.value;
  const { id, status, agent, currentStage } = task;
  const title = titleOf(task);
  const isSelected = useComputed(() => selected.value.has(id));
  const why = whyItWaits(task);
  return (
    <li class="card">
      <div class="heading">
        <a href={`/console/tasks/${id}`} data-task={id}>
          {title}
        </a>
        <input
          type="checkbox"
          aria-label={`Select ${title}`}
          checked={isSelected}
          onChange={() => toggle(id)}
        />
      </div>
      <p class="small muted origin">
        <CopyId id={id} />
        {agent !== undefined && <span title={plain(currentStage ?? '')}>· {plain(agent)}</span>}
      </p>
      {status === 'waiting-approval' ? (
        <Asked task={task} />
      ) : (
        why !== '' && (
          <p class={`small cut ${status === 'failed' ? 'bad' : 'muted'}`} title={plain(why)}>
            {plain(why)}
          </p>
        )
      )}
      <p class="small cost">
        <Cost task={task} />
        <span class="push muted">
          <Ago at={task.createdAt} />
        </span>
      </p>
    </li>
  );
}

/** What a person is asked, how long already, and where it is decided. */
function Asked({ task }: { readonly task: TaskRow }) {
  const gate = useComputed(() => waiting.value?.find((one) => one.taskId === task.id)).value;
  if (gate === undefined) return <p class="small wait">waits for a decision</p>;
  return (
    <p class="row small wait cut">
      <span class="cut">
        {plain(gate.name)} · <Ago at={gate.reachedAt ?? gate.requiredAt} />
      </span>
      <button
        type="button"
        class="push"
        aria-label={`${gate.canDecide ? 'Decide' : 'See'} gate ${plain(gate.name)}`}
        onClick={() =>
          openSheet({ gate, task: gate.task, why: gate.why, decision: null, done: () => {} })
        }
      >
        {gate.canDecide ? 'Decide' : 'See'}
      </button>
    </p>
  );
}
