import type { QueueAnswer } from '../../../../src/contract/runner.ts';
import { rowOf, rowsVersion } from '../../live/rows.ts';
import { Ago } from '../../parts/ago.tsx';
import { Table } from '../../parts/table.tsx';
import { titleOf } from '../../parts/title.ts';

type Item = QueueAnswer['items'][number];

const WORDS: Readonly<Record<Item['waitingFor'], string>> = {
  runner: 'a runner that can do it',
  dependency: 'another task',
  concurrency: 'a place among those at work',
  budget: 'a budget',
  gate: 'a person',
};

/** What no runner has yet, in the order in which it is given. */
export function Queue({ items }: { readonly items: readonly Item[] }) {
  // The titles come with the rows.
  rowsVersion.value;
  return (
    <>
      <h2>Queue</h2>
      {items.length === 0 ? (
        <p class="muted">Nothing waits.</p>
      ) : (
        <Table label="Queue" heads={['Task', 'Waits for', 'Priority', 'Since']}>
          {items.map(({ taskId, waitingFor, priority, since }) => {
            const row = rowOf(taskId)?.value;
            return (
              <tr key={taskId}>
                <th scope="row">
                  <a href={`/console/tasks/${taskId}`}>
                    {row === undefined ? taskId : titleOf(row)}
                  </a>
                </th>
                <td>{WORDS[waitingFor]}</td>
                <td>{priority}</td>
                <td>
                  <Ago at={since} suffix=" ago" />
                </td>
              </tr>
            );
          })}
        </Table>
      )}
    </>
  );
}
