import { useSignal } from '@preact/signals';
import { useContext, useMemo } from 'preact/hooks';
import { allRows, rowOf } from '../../../live/rows.ts';
import { titleOf } from '../../../parts/title.ts';
import { Faults } from './field.tsx';

const KNOWN_MAX = 200;

/** The tasks that the new one waits for: by their ids, or picked among those that are known. */
export function DependsOn() {
  const ids = useSignal<readonly string[]>([]);
  const text = useSignal('');
  const known = useMemo(() => [...allRows()].slice(0, KNOWN_MAX).map((row) => row.peek()), []);
  const fault = useContext(Faults).find(({ path }) => path.startsWith('dependsOn'));
  const add = (): void => {
    const id = text.value.trim();
    text.value = '';
    if (id !== '' && !ids.value.includes(id)) ids.value = [...ids.value, id];
  };
  return (
    <div class="field">
      <label>
        Waits for tasks
        <input
          list="known-tasks"
          value={text}
          placeholder="task_…"
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
            if (rowOf(currentTarget.value) !== undefined) add();
          }}
          onChange={add}
        />
      </label>
      <datalist id="known-tasks">
        {known.map((row) => (
          <option key={row.id} value={row.id}>
            {titleOf(row)}
          </option>
        ))}
      </datalist>
      <input type="hidden" name="dependsOn" value={ids.value.join(' ')} />
      {ids.value.map((id) => {
        const row = rowOf(id)?.peek();
        return (
          <button
            key={id}
            type="button"
            aria-label={`Does not wait for ${id}`}
            onClick={() => {
              ids.value = ids.value.filter((one) => one !== id);
            }}
          >
            {row === undefined ? id : titleOf(row)} ×
          </button>
        );
      })}
      {fault !== undefined && <span class="small bad">{fault.message}</span>}
    </div>
  );
}
