import { useSignal } from '@preact/signals';
import type { Budget } from '../../../../../src/contract/budget.ts';
import type { Task } from '../../../../../src/contract/task.ts';
import { later } from '../../../parts/later.tsx';
import { useKeys } from '../../../shell/keys.ts';
import { CONTROL_KEYS, CONTROL_NAMES, type Control, controlsOf } from './controls.ts';

const ControlDialog = later(() =>
  import('./control-dialog.tsx').then((module) => module.ControlDialog),
);

interface ControlBarProps {
  readonly task: Task;
  readonly budget: Budget | null;
  /** Something has been asked, and granted. */
  readonly done: () => void;
}

/** What can be asked of the task; each opens a sheet that says what it does. */
export function ControlBar({ task, budget, done }: ControlBarProps) {
  const open = useSignal<Control | null>(null);
  const controls = controlsOf(task);
  useKeys(
    controls.flatMap((control) => {
      const key = CONTROL_KEYS[control];
      if (key === undefined) return [];
      const does = `${CONTROL_NAMES[control]}: this task`;
      return [{ key, does, run: () => (open.value = control) }];
    }),
    [controls.join()],
  );
  return (
    <div class="row push">
      {controls.map((control) => (
        <button
          key={control}
          type="button"
          aria-keyshortcuts={CONTROL_KEYS[control]}
          onClick={() => {
            open.value = control;
          }}
        >
          {CONTROL_NAMES[control]}
        </button>
      ))}
      {open.value !== null && (
        <ControlDialog
          control={open.value}
          task={task}
          budget={budget}
          done={done}
          close={() => {
            open.value = null;
          }}
        />
      )}
    </div>
  );
}
