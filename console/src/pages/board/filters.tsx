// Choosing tasks, their order, and a name for the choice.

import { useSignal } from '@preact/signals';
import type { Agent, Workflow } from '../../../../src/contract/workflow.ts';
import { withQuery } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { projectId } from '../../api/session.ts';
import { place, setQuery } from '../../routing/place.ts';
import { say } from '../../shell/toast.tsx';
import { COLUMNS } from './columns.ts';
import { wish } from './shown.ts';
import { dropView, savedViews, saveView } from './views.ts';
import { SORTS } from './wish.ts';

const PRIORITIES = ['urgent', 'high', 'normal', 'low'];
const AUTONOMIES = ['full', 'review-before-commit', 'review-before-merge', 'manual'];
const SORT_NAMES: Readonly<Record<string, string>> = {
  newest: 'newest first',
  oldest: 'oldest first',
  changed: 'last changed first',
  cost: 'most expensive first',
  priority: 'most urgent first',
};

type Option = readonly [value: string, name: string];

export function Filters() {
  const project = { projectId: projectId.value };
  const workflows = useReading<{ readonly workflows: Readonly<Record<string, Workflow>> }>(
    withQuery('/workflows', project),
  );
  const agents = useReading<{ readonly agents: Readonly<Record<string, Agent>> }>(
    withQuery('/agents', project),
  );
  const same = (values: readonly string[]): readonly Option[] => values.map((one) => [one, one]);
  return (
    <fieldset class="panel row" aria-label="Filters">
      <Choice name="column" label="Status" options={COLUMNS.map(({ key, name }) => [key, name])} />
      <Choice
        name="workflow"
        label="Workflow"
        options={same(Object.keys(workflows.value.value?.workflows ?? {}))}
      />
      <Choice
        name="agent"
        label="Agent"
        options={same(Object.keys(agents.value.value?.agents ?? {}))}
      />
      <Choice name="priority" label="Priority" options={same(PRIORITIES)} />
      <Choice name="autonomy" label="Autonomy" options={same(AUTONOMIES)} />
      <Choice
        name="sort"
        label="Order"
        unset={null}
        options={SORTS.map((sort) => [sort, SORT_NAMES[sort] ?? sort])}
      />
      <Views />
    </fieldset>
  );
}

interface ChoiceProps {
  readonly name: keyof typeof wish.value;
  readonly label: string;
  readonly options: readonly Option[];
  /** What none of them is called; null: one is always chosen. */
  readonly unset?: string | null;
}

function Choice({ name, label, options, unset = 'any' }: ChoiceProps) {
  const value = wish.value[name];
  // One that the address names may not be among those that there are now.
  const isKnown = value === '' || options.some(([one]) => one === value);
  const all = isKnown ? options : [...options, [value, value] as const];
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value })}
      >
        {unset !== null && <option value="">{unset}</option>}
        {all.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Naming what is chosen now, and forgetting names. */
function Views() {
  const name = useSignal('');
  const save = (event: Event): void => {
    event.preventDefault();
    const text = name.value.trim();
    if (text === '') return;
    saveView({ name: text, search: place.value.search });
    name.value = '';
    say(`The view “${text}” is kept in this browser.`);
  };
  return (
    <form class="row push" onSubmit={save}>
      <label>
        Keep this view as
        <input
          maxLength={40}
          value={name}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value;
          }}
        />
      </label>
      <button type="submit">Save view</button>
      {savedViews.value.map((view) => (
        <button key={view.name} type="button" onClick={() => dropView(view.name)}>
          Forget {view.name}
        </button>
      ))}
    </form>
  );
}
