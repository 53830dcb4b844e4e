// The sheet on which a gate is decided: what is asked, whole; the decision; a comment. Nothing is said to be decided before
// the event of it has come.

import type { Gate } from '../../../src/contract/gate.ts';
import { Dialog } from '../parts/dialog.tsx';
import { later } from '../parts/later.tsx';
import { plain } from '../parts/plain.ts';
import { actionWords } from './action-words.ts';
import { AskedAction } from './asked-action.tsx';
import { DecisionForm } from './decision-form.tsx';
import { type Decision, isMendable, isOpen, whyText } from './gate-words.ts';
import './gates.css';
import { Said } from './words.tsx';

/** Below what is decided and its form, which do not wait for it. */
const Facts = later(() => import('./gate-facts.tsx').then(({ GateFacts }) => GateFacts));

export interface SheetProps {
  readonly gate: Gate;
  readonly task: { readonly id: string; readonly projectId: string };
  /** Why a decision of the reader would not count, as far as it is known. */
  readonly why: string | null;
  /** What the reader has come to decide; null: to look. */
  readonly decision: Decision | null;
  readonly close: () => void;
  /** Called once it is decided. */
  readonly done?: (() => void) | undefined;
}

export function DecisionSheet({ gate, task, why, decision, close, done }: SheetProps) {
  const mayDecide = isOpen(gate) && isMendable(why);
  return (
    <Dialog title={`Gate ${plain(gate.name)}`} close={close}>
      <p>
        <Said words={actionWords(gate.action)} />
      </p>
      {mayDecide ? (
        <DecisionForm
          gate={gate}
          task={task}
          first={decision}
          done={() => {
            close();
            done?.();
          }}
        />
      ) : (
        <p class="wait">{whyText(why ?? 'gate_decided')}</p>
      )}
      <AskedAction gate={gate} />
      <Facts gate={gate} />
    </Dialog>
  );
}
