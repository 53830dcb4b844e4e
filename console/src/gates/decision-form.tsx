// Choosing, saying why, and deciding. `⌘Enter` or `Ctrl Enter` decides; no single key does.

import { useSignal } from '@preact/signals';
import type { Gate } from '../../../src/contract/gate.ts';
import { plain } from '../parts/plain.ts';
import { say } from '../shell/toast.tsx';
import { CommentField } from './comment-field.tsx';
import { type Ask, decide } from './deciding.ts';
import { approvalsOf, DECISIONS, type Decision, neededOf } from './gate-words.ts';
import { Quicker } from './quicker.tsx';
import { Submit } from './submit.tsx';
import { useDeciding } from './use-deciding.ts';

interface FormProps extends Ask {
  readonly gate: Gate;
  readonly first: Decision | null;
  readonly done: () => void;
}

/** What has come of it, in a sentence; one of several approvals decides nothing yet. */
function saidOf(gate: Gate, decision: Decision): string {
  const name = plain(gate.name);
  if (decision === 'reject') return `${name} is rejected.`;
  if (decision === 'request-changes') return `${name} is sent back with your comment.`;
  const [given, needed] = [approvalsOf(gate).length + 1, neededOf(gate)];
  return given < needed
    ? `You have approved ${name}: ${given} of ${needed}.`
    : `${name} is approved.`;
}

export function DecisionForm({ gate, task, first, done }: FormProps) {
  const chosen = useSignal<Decision | null>(first);
  const comment = useSignal('');
  const { isDeciding, refusal, other, run } = useDeciding(gate);
  const send = async (): Promise<void> => {
    const decision = chosen.value;
    if (decision === null) return;
    await run(
      () => decide({ gate, task }, decision, comment.value),
      () => {
        say(saidOf(gate, decision));
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
        chosen={chosen.value}
        choose={(decision) => {
          chosen.value = decision;
        }}
      />
      <CommentField comment={comment} isRequired={chosen.value === 'request-changes'} />
      <Quicker refusal={refusal.value} gate={other.value} />
      <Submit
        name={DECISIONS.find(({ decision }) => decision === chosen.value)?.name}
        isDeciding={isDeciding.value}
        isOver={other.value !== null}
      />
    </form>
  );
}

interface ChoicesProps {
  readonly chosen: Decision | null;
  readonly choose: (decision: Decision) => void;
}

/** The three ways, none heavier than the others. */
const Choices = ({ chosen, choose }: ChoicesProps) => (
  <fieldset class="row" aria-label="Decision">
    {DECISIONS.map(({ decision, name }) => (
      <button
        key={decision}
        type="button"
        aria-pressed={decision === chosen}
        onClick={() => choose(decision)}
      >
        {name}
      </button>
    ))}
  </fieldset>
);
