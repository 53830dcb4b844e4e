// The tasks as a dense table.

import { useComputed, useSignal } from '@preact/signals';
import { Ago } from '../../parts/ago.tsx';
import { CopyId } from '../../parts/copy.tsx';
import { plain } from '../../parts/plain.ts';
import { Status } from '../../parts/status.tsx';
import { titleOf } from '../../parts/title.ts';
import { setQuery } from '../../routing/place.ts';
import { STEP } from './columns.ts';
import { Cost } from './cost.tsx';
import { readings, readMore } from './readings.ts';
import { pick, selected, toggle } from './selection.ts';
import { columnsShown, groups, type Row, wish } from './shown.ts';
import { whyItWaits } from './waits.ts';
import { orderOf, type Sort } from './wish.ts';

const HEADS: readonly { readonly name: string; readonly sort?: Sort }[] = [
  { name: 'Task' },
  { name: 'Status' },
  { name: 'Stage' },
  { name: 'Waits' },
  { name: 'Priority', sort: 'priority' },
  { name: 'Cost', sort: 'cost' },
  { name: 'Changed', sort: 'changed' },
  { name: 'Created', sort: 'newest' },
];

export function Table() {
  const max = useSignal(2 * STEP);
  const rows = useComputed(() => {
    const order = orderOf(wish.value);
    return columnsShown.value
      .flatMap(({ at }) => groups.value[at] ?? [])
      .sort((one, other) => order(one.peek(), other.peek()));
  }).value;
  const shown = rows.slice(0, max.value);
  const open = columnsShown.value.filter(({ at }) => readings[at]?.value.cursor != null);
  return (
    <div class="scroll">
      <table class="dense">
        <Heads rows={shown} />
        <tbody>
          {shown.map((row) => (
            <Line key={row.peek().id} row={row} />
          ))}
        </tbody>
      </table>
      {(rows.length > max.value || open.length > 0) && (
        <button
          type="button"
          onClick={() => {
            max.value += STEP;
            for (const { at } of open) void readMore(at);
          }}
        >
          {STEP} more
        </button>
      )}
    </div>
  );
}

function Heads({ rows }: { readonly rows: readonly Row[] }) {
  const isAll = rows.length > 0 && rows.every((row) => selected.value.has(row.peek().id));
  return (
    <thead>
      <tr>
        <th scope="col">
          <input
            type="checkbox"
            aria-label="Select all that are shown"
            checked={isAll}
            onChange={() => pick(isAll ? [] : rows.map((row) => row.peek().id))}
          />
        </th>
        {HEADS.map((head) => (
          <Head key={head.name} {...head} />
        ))}
      </tr>
    </thead>
  );
}

function Head({ name, sort }: { readonly name: string; readonly sort?: Sort }) {
  if (sort === undefined) return <th scope="col">{name}</th>;
  const isUp = sort === 'newest' && wish.value.sort === 'oldest';
  const isDown = wish.value.sort === sort;
  const next = sort !== 'newest' ? (isDown ? null : sort) : isDown ? 'oldest' : null;
  return (
    <th scope="col" aria-sort={isDown ? 'descending' : isUp ? 'ascending' : undefined}>
      <button type="button" onClick={() => setQuery({ sort: next })}>
        {name} {isDown ? '↓' : isUp ? '↑' : ''}
      </button>
    </th>
  );
}

function Line({ row }: { readonly row: Row }) {
  const task = row.value;
  const { id, status, agent, currentStage = '', priority } = task;
  const title = titleOf(task);
  const why = plain(whyItWaits(task));
  const isSelected = useComputed(() => selected.value.has(id));
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Select ${title}`}
          checked={isSelected}
          onChange={() => toggle(id)}
        />
      </td>
      <td>
        <a href={`/console/tasks/${id}`} data-task={id}>
          {title}
        </a>{' '}
        <CopyId id={id} />
      </td>
      <td>
        <Status status={status} />
      </td>
      <td>
        {plain(currentStage)}
        {agent !== undefined && <span class="muted"> · {plain(agent)}</span>}
      </td>
      <td class="muted cut" title={why}>
        {why}
      </td>
      <td>{priority}</td>
      <td class="number">
        <Cost task={task} />
      </td>
      <td class="number muted">
        <Ago at={task.updatedAt} />
      </td>
      <td class="number muted">
        <Ago at={task.createdAt} />
      </td>
    </tr>
  );
}
