import type { Gate } from '../../../src/contract/gate.ts';
import { showOver } from '../shell/over.ts';
import { say } from '../shell/toast.tsx';
import { actsAt } from './acts.ts';
import type { Ask } from './deciding.ts';

interface MoreProps {
  readonly gate: Gate;
  readonly task: Ask['task'];
  readonly done: (() => void) | undefined;
}

/** Opens the sheet of what can be done at a gate beside deciding it; nothing where there is nothing. */
export function MoreButton({ gate, task, done }: MoreProps) {
  if (actsAt(gate).length === 0) return null;
  const open = (): void => {
    import('./more-sheet.tsx')
      .then(({ MoreSheet }) =>
        showOver(({ close }) => <MoreSheet gate={gate} task={task} close={close} done={done} />),
      )
      .catch(() => say('The sheet could not be loaded. Load the page again.', true));
  };
  return (
    <button type="button" class="plain" onClick={open}>
      More…
    </button>
  );
}
