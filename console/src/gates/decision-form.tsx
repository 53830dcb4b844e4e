// Choosing, saying why, and deciding. `⌘Enter` or `Ctrl Enter` decides; no single key does.

import { useSignal } from '@preact/signals';
import type { Gate, GateDecided } from '../../../src/contract/gate.ts';
import { me } from '../api/session.ts';
import { plain } from '../parts/plain.ts';
import { say } from '../shell/toast.tsx';
import { SealNote } from './asked-action.tsx';
import { CommentField } from './comment-field.tsx';
import { type Ask, decide } from './deciding.ts';
import { approvalsOf, DECISIONS, type Decision, isOpen, neededOf } from './gate-words.ts';
import { hasApproved } from './has-approved.ts';
import { SEAL_WORDS, sealOf } from './own-hash.ts';
import { Quicker } from './quicker.tsx';
import { Submit } from './submit.tsx';
import { useDeciding } from './use-deciding.ts';

interface FormProps extends Ask {
  readonly gate: Gate;
  readonly first: Decision | null;
  readonly done: () => void;
}

/** What has come of it, in a sentence; one of several approvals decides nothing yet. `after`: others may have voted meanwhile. */
function saidOf(gate: Gate, decision: Decision, after: GateDecided['gate']): string {
  const name = plain(gate.name);
  if (decision === 'reject') return `${name} is rejected.`;
  if (decision === 'request-changes') return `${name} is sent back with your comment.`;
  return after !== undefined && isOpen(after)
    ? `You have approved ${name}: ${approvalsOf(after).length} of ${neededOf(after)}.`
    : `${name} is approved.`;
}

export function DecisionForm({ gate, task, first, done }: FormProps) {
  const chosen = useSignal<Decision | null>(first);
  const comment = useSignal('');
  const { isDeciding, refusal, other, run } = useDeciding(gate);
  const seal = sealOf(gate);
  const canApprove = SEAL_WORDS[seal] === null && !hasApproved(gate, me.value);
  const decision = chosen.value === 'approve' && !canApprove ? null : chosen.value;
  const isHeld = decision === 'approve' && seal !== 'same';
  const send = async (): Promise<void> => {
    // A key sends the form also while its button cannot be pressed.
    if (decision === null || isHeld) return;
    await run(
      () => decide({ gate, task }, decision, comment.value),
      (decided) => {
        say(saidOf(gate, decision, decided.gate));
        done();
      },
    );
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Choices
        chosen={decision}
        canApprove={canApprove}
        choose={(one) => {
          chosen.value = one;
        }}
      />
      <SealNote gate={gate} />
      <CommentField comment={comment} isRequired={decision === 'request-changes'} />
      <Quicker refusal={refusal.value} gate={other.value} />
      <Submit
        name={DECISIONS.find((one) => one.decision === decision)?.name}
        isDeciding={isDeciding.value}
        isOver={isHeld || other.value !== null}
      />
    </form>
  );
}

interface ChoicesProps {
  readonly chosen: Decision | null;
  /** Not where the action that is shown is not the one of the hash, nor twice. */
  readonly canApprove: boolean;
  readonly choose: (decision: Decision) => void;
}

/** The three ways, none heavier than the others. */
const Choices = ({ chosen, canApprove, choose }: ChoicesProps) => (
  <fieldset class="row" aria-label="Decision">
    {DECISIONS.map(({ decision, name }) => (
      <button
        key={decision}
        type="button"
        disabled={decision === 'approve' && !canApprove}
        aria-pressed={decision === chosen}
        onClick={() => choose(decision)}
      >
        {name}
      </button>
    ))}
  </fieldset>
);
