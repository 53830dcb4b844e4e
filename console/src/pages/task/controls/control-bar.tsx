import { useEffect } from 'preact/hooks';
import type { Budget } from '../../../../../src/contract/budget.ts';
import type { Task } from '../../../../../src/contract/task.ts';
import { later } from '../../../parts/later.tsx';
import { useKeys } from '../../../shell/keys.ts';
import { asked } from './asked.ts';
import { CONTROL_KEYS, CONTROL_NAMES, type Control, controlsOf } from './controls.ts';

const ControlDialog = later(() =>
  import('./control-dialog.tsx').then((module) => module.ControlDialog),
);

interface ControlBarProps {
  readonly task: Task;
  readonly budget: Budget | null;
  /** Something has been asked. */
  readonly done: () => void;
}

/** Those whose button stands beside what they change. */
const ELSEWHERE: ReadonlySet<Control> = new Set(['extend', 'release']);

/** What can be asked of the task; each opens a sheet that says what it does. */
export function ControlBar({ task, budget, done }: ControlBarProps) {
  const controls = controlsOf(task);
  useKeys(
    controls.map((control) => ({
      key: CONTROL_KEYS[control] ?? '',
      does: `${CONTROL_NAMES[control]}: this task`,
      run: () => ask(control),
    })),
    [controls.join()],
  );
  useEffect(() => () => ask(null), []);
  const open = asked.value;
  return (
    <>
      {controls.map(
        (control) => !ELSEWHERE.has(control) && <ControlButton key={control} control={control} />,
      )}
      {open !== null && (
        <ControlDialog
          control={open}
          task={task}
          budget={budget}
          done={done}
          close={() => ask(null)}
        />
      )}
    </>
  );
}

interface ControlButtonProps {
  readonly control: Control;
  readonly name?: string;
}

/** Opens the sheet of one control. */
export function ControlButton({ control, name = CONTROL_NAMES[control] }: ControlButtonProps) {
  const key = CONTROL_KEYS[control];
  return (
    <button type="button" aria-keyshortcuts={key} onClick={() => ask(control)}>
      {name}
    </button>
  );
}

const ask = (control: Control | null): void => {
  asked.value = control;
};
