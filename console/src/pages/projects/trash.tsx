import type { ShelfList } from '../../../../src/contract/shelf.ts';
import { ask, post } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { Act } from '../../parts/act.tsx';
import { Ago } from '../../parts/ago.tsx';
import { InCode } from '../../parts/code.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Read } from '../../parts/read.tsx';
import { curlHere } from '../../parts/samples-here.ts';
import { Status } from '../../parts/status.tsx';
import { Sure } from '../../parts/sure.tsx';
import { Table } from '../../parts/table.tsx';
import { titleOf } from '../../parts/title.ts';
import { say } from '../../shell/toast.tsx';
import type { Shown } from './shown.ts';

const PUT = {
  does: 'Put a task into the trash',
  method: 'POST',
  path: '/tasks/{task}/trash',
} as const;

export function Trash({ project: { id } }: Shown) {
  const query = `projectId=${id}`;
  const trash = useReading<ShelfList>(`/tasks/trashed?${query}`);
  const archive = useReading<ShelfList>(`/tasks/archived?${query}`);
  const [first] = trash.value.value?.tasks ?? [];
  return (
    <>
      <Read of={trash}>
        {(list) =>
          list.tasks.length === 0 ? (
            <Empty title="The trash is empty" command={curlHere(PUT)} />
          ) : (
            <>
              <Shelf list={list} label="Trash" way="restore" again={trash.again} />
              <p>
                <Sure
                  title="Empty the trash?"
                  text={`${list.message} They are deleted for ever, with their logs.`}
                  ask={() => ask('DELETE', `/tasks/trash?${query}`)}
                  done={trash.again}
                >
                  Empty the trash
                </Sure>
              </p>
            </>
          )
        }
      </Read>
      <h2>Archive</h2>
      <Read of={archive}>
        {(list) =>
          list.tasks.length === 0 ? (
            <p class="muted">Nothing is archived.</p>
          ) : (
            <Shelf list={list} label="Archive" way="unarchive" again={archive.again} />
          )
        }
      </Read>
      <InCode
        calls={[
          { does: 'List the trash', method: 'GET', path: `/tasks/trashed?${query}` },
          PUT,
          {
            does: first === undefined ? 'Bring a task back' : `Bring “${titleOf(first)}” back`,
            method: 'POST',
            path: `/tasks/${first?.id ?? '{task}'}/restore`,
          },
        ]}
      />
    </>
  );
}

interface ShelfProps {
  readonly list: ShelfList;
  readonly label: string;
  readonly way: 'restore' | 'unarchive';
  readonly again: () => void;
}

function Shelf({ list, label, way, again }: ShelfProps) {
  return (
    <>
      <Table label={label} heads={['Task', 'Status', 'Made', '']}>
        {list.tasks.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <a href={`/console/tasks/${row.id}`}>{titleOf(row)}</a>
              <div class="id">{row.id}</div>
            </th>
            <td>
              <Status status={row.status} />
            </td>
            <td>
              <Ago at={row.createdAt} suffix=" ago" />
            </td>
            <td>
              <Act
                label={`Bring back ${row.id}`}
                ask={() => post(`/tasks/${row.id}/${way}`)}
                done={() => {
                  say('The task is back on the board.');
                  again();
                }}
              >
                Bring back
              </Act>
            </td>
          </tr>
        ))}
      </Table>
      {list.nextCursor !== undefined && (
        <p class="muted">{list.message} The newest 100 are shown.</p>
      )}
    </>
  );
}
