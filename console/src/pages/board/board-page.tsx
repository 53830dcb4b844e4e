import './board.css';
import { useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { rowsEpoch } from '../../live/rows.ts';
import { query } from '../../routing/place.ts';
import { Column } from './column.tsx';
import { Bulk, CreateDialog, Filters, Foot, NoTasks, Table } from './later.tsx';
import { isCreating, isFiltering } from './opened.ts';
import { readAll } from './readings.ts';
import { pick, selected } from './selection.ts';
import { columnsShown, groups, isEmpty, wish } from './shown.ts';
import { Toolbar } from './toolbar.tsx';

/** While somebody writes, the server is asked for what they have written at most so often. */
const WRITING_MS = 250;

export function Page(_: { readonly id: string }) {
  useReadings();
  useEffect(() => () => pick([]), []);
  return (
    <>
      <Toolbar />
      {isFiltering.value && <Filters />}
      {selected.value.size > 0 && <Bulk />}
      <Tasks />
      <Foot />
      {isCreating.value && <CreateDialog />}
    </>
  );
}

function Tasks() {
  if (isEmpty.value) return <NoTasks />;
  if (query('view') === 'table') return <Table />;
  return (
    <div class="board">
      {columnsShown.value.map(({ kind, at }) => (
        <Column key={kind.key} kind={kind} at={at} rows={groups.value[at] ?? []} />
      ))}
    </div>
  );
}

/** Reads the newest of each column at first, and again for another choice or after too much was missed. */
function useReadings(): void {
  useSignalEffect(() => {
    void rowsEpoch.value;
    const { q, workflow } = wish.value;
    const timer = setTimeout(() => void readAll({ q, workflow }), q === '' ? 0 : WRITING_MS);
    return () => clearTimeout(timer);
  });
}
