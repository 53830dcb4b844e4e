// The parts that the task was split into, and the tasks that it waits for.

import { useSignal } from '@preact/signals';
import type { SubtaskList } from '../../../../../src/contract/subtask.ts';
import type { TaskRow } from '../../../../../src/contract/task.ts';
import { post, type Refusal } from '../../../api/ask.ts';
import { useReading } from '../../../api/read.ts';
import { rowOf, rowsVersion } from '../../../live/rows.ts';
import { Empty } from '../../../parts/empty.tsx';
import { dollars } from '../../../parts/number.ts';
import { plain } from '../../../parts/plain.ts';
import { Refused } from '../../../parts/refused.tsx';
import type { Call } from '../../../parts/samples.ts';
import { curlHere } from '../../../parts/samples-here.ts';
import { Status } from '../../../parts/status.tsx';
import { titleOf } from '../../../parts/title.ts';
import type { TabProps } from '../tab-panel.tsx';

const decompose = (id: string): Call => ({
  does: '',
  method: 'POST',
  path: `/tasks/${id}/decompose`,
  body: {
    subtasks: [{ description: 'Write the tests' }, { description: 'Make them pass' }],
    strategy: 'sequential',
  },
});

export function SubtasksTab({ view: { task } }: TabProps) {
  // What a parent hears of its subtasks is an event of its own: another seq, another reading.
  const { value, refusal, again } = useReading<SubtaskList>(
    `/tasks/${task.id}/subtasks#${task.seq}`,
  );
  const refused = useSignal<Refusal | null>(null);
  const execute = async (): Promise<void> => {
    const answer = await post(`/tasks/${task.id}/subtasks/execute`);
    refused.value = answer.ok ? null : answer.refusal;
  };
  if (refusal.value !== null) return <Refused refusal={refusal.value} again={again} />;
  const subtasks = value.value?.subtasks.map(liveRow);
  if (subtasks === undefined) return <p class="muted">reading…</p>;
  return (
    <section class="panel stack" aria-label="Subtasks">
      {task.dependsOn.length > 0 && (
        <p>
          It waits for{' '}
          {task.dependsOn.map((id) => (
            <span key={id}>
              <a href={`/console/tasks/${id}`}>{id}</a>
              {task.blockedBy.includes(id) ? ' (not completed) ' : ' (completed) '}
            </span>
          ))}
        </p>
      )}
      {subtasks.length === 0 ? (
        <Empty title="It has no subtasks" command={curlHere(decompose(task.id))}>
          <p class="muted">A planner splits a task, or you do:</p>
        </Empty>
      ) : (
        <>
          <div class="row">
            <span class="muted">
              {subtasks.filter(({ status }) => status === 'completed').length} of {subtasks.length}{' '}
              completed{task.subtaskStrategy !== undefined && ` · ${task.subtaskStrategy}`}
            </span>
            {subtasks.every(({ status }) => status === 'pending') && (
              <button type="button" class="push" onClick={() => void execute()}>
                Begin them
              </button>
            )}
          </div>
          {refused.value !== null && (
            <p class="bad" role="alert">
              {refused.value.message} {refused.value.hint} <code>{refused.value.code}</code>
            </p>
          )}
          <Table subtasks={subtasks} />
        </>
      )}
    </section>
  );
}

/** The subtask as the feed of the project knows it, if that is newer. */
function liveRow(row: TaskRow): TaskRow {
  const live = rowsVersion.value >= 0 ? rowOf(row.id)?.value : undefined;
  return live !== undefined && live.updatedAt > row.updatedAt ? live : row;
}

function Table({ subtasks }: { readonly subtasks: readonly TaskRow[] }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Subtask</th>
            <th scope="col">Status</th>
            <th scope="col">Stage</th>
            <th scope="col" class="number">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {subtasks.map((row) => (
            <tr key={row.id}>
              <td>
                <a href={`/console/tasks/${row.id}`}>{titleOf(row)}</a>
              </td>
              <td>
                <Status status={row.status} />
              </td>
              <td>{plain(row.currentStage ?? '–')}</td>
              <td class="number">{dollars(row.usage.estimatedCost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
