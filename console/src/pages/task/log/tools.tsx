// What can be done with a log beside reading it: choosing lines, how they are drawn, taking them along.

import { useMemo } from 'preact/hooks';
import type { TaskStream } from '../../../live/task-stream.ts';
import { plain } from '../../../parts/plain.ts';
import { save } from '../../../parts/save.ts';
import { query, setQuery } from '../../../routing/place.ts';
import { Names } from './names.ts';
import { hasTimes, isWrapped } from './options.ts';
import { Pointing, type PointingProps } from './pointing.tsx';
import { writtenOf } from './texts.ts';
import type { View } from './view.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'];

export function Tools(props: PointingProps) {
  const { stream, view } = props;
  const names = useMemo(() => new Names(), [stream]);
  if (stream.version.value > 0) names.grow(stream.lines);
  return (
    <div class="row small">
      <Levels />
      <Choice name="stage" names={[...names.stages]} all="All stages" />
      <Choice name="agent" names={[...names.agents]} all="All agents" />
      <Switch
        text="Only matches"
        isOn={query('only') !== ''}
        disabled={query('q') === ''}
        turn={() => setQuery({ only: query('only') === '' ? '1' : null })}
      />
      <Switch
        text="Wrap"
        isOn={isWrapped()}
        turn={() => setQuery({ wrap: isWrapped() ? '0' : '1' })}
      />
      <Switch
        text="Times"
        isOn={hasTimes()}
        turn={() => setQuery({ times: hasTimes() ? null : '1' })}
      />
      <button
        type="button"
        disabled={view.rows.length === 0}
        onClick={() => download(stream, view)}
      >
        Download
      </button>
      <Pointing {...props} />
    </div>
  );
}

function Levels() {
  const chosen = query('level').split(',').filter(Boolean);
  const turn = (level: string): void => {
    const next = chosen.includes(level)
      ? chosen.filter((one) => one !== level)
      : LEVELS.filter((one) => one === level || chosen.includes(one));
    setQuery({ level: next.length === LEVELS.length ? null : next.join(',') });
  };
  return (
    <fieldset class="row" aria-label="Levels">
      <span class="muted">Levels</span>
      {LEVELS.map((level) => (
        <button
          key={level}
          type="button"
          aria-pressed={chosen.includes(level)}
          onClick={() => turn(level)}
        >
          {level}
        </button>
      ))}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly name: 'stage' | 'agent';
  readonly names: readonly string[];
  readonly all: string;
}

function Choice({ name, names, all }: ChoiceProps) {
  const chosen = query(name);
  if (names.length === 0 && chosen === '') return null;
  return (
    <select
      aria-label={name === 'stage' ? 'Stage' : 'Agent'}
      value={chosen}
      onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
    >
      <option value="">{all}</option>
      {[...new Set([...names, ...(chosen === '' ? [] : [chosen])])].map((one) => (
        <option key={one} value={one}>
          {plain(one)}
        </option>
      ))}
    </select>
  );
}

interface SwitchProps {
  readonly text: string;
  readonly isOn: boolean;
  readonly turn: () => void;
  readonly disabled?: boolean;
}

function Switch({ text, isOn, turn, disabled = false }: SwitchProps) {
  return (
    <button type="button" aria-pressed={isOn} disabled={disabled} onClick={turn}>
      {text}
    </button>
  );
}

function download(stream: TaskStream, view: View): void {
  const file = new Blob(writtenOf(view), { type: 'text/plain;charset=utf-8' });
  save(`${stream.task.peek()?.id ?? 'task'}.log`, file);
}
