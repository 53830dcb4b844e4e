// Choosing, saying why, and deciding. `⌘Enter` or `Ctrl Enter` decides; no single key does.

import { useSignal } from '@preact/signals';
import type { Gate } from '../../../src/contract/gate.ts';
import { isMac } from '../parts/platform.ts';
import { say } from '../shell/toast.tsx';
import { type Ask, decide } from './deciding.ts';
import { DECISIONS, type Decision } from './gate-words.ts';
import { Quicker } from './quicker.tsx';
import { useDeciding } from './use-deciding.ts';

interface FormProps extends Ask {
  readonly gate: Gate;
  readonly first: Decision | null;
  readonly done: () => void;
}

const DONE: Readonly<Record<Decision, string>> = {
  approve: 'approved',
  reject: 'rejected',
  'request-changes': 'sent back with your comment',
};

export function DecisionForm({ gate, task, first, done }: FormProps) {
  const chosen = useSignal<Decision | null>(first);
  const comment = useSignal('');
  const { isDeciding, refusal, other, run } = useDeciding(gate);
  const send = async (): Promise<void> => {
    const decision = chosen.value;
    if (decision === null || (decision === 'request-changes' && comment.value.trim() === ''))
      return;
    await run(
      () => decide({ gate, task }, decision, comment.value),
      () => {
        say(`${gate.name} is ${DONE[decision]}.`);
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
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void send();
      }}
    >
      <Choices chosen={chosen.value} choose={(decision) => (chosen.value = decision)} />
      <label>
        <span>
          Comment{' '}
          <span class="muted">
            {chosen.value === 'request-changes' ? 'what is to be changed' : 'if you like'}
          </span>
        </span>
        <textarea
          rows={2}
          maxLength={10_000}
          required={chosen.value === 'request-changes'}
          value={comment.value}
          onInput={(event) => {
            comment.value = event.currentTarget.value;
          }}
        />
      </label>
      <Quicker refusal={refusal.value} gate={other.value} />
      <Submit name={nameOf(chosen.value)} isDeciding={isDeciding.value} />
    </form>
  );
}

/** The button that decides, and what is said meanwhile. */
const Submit = ({
  name,
  isDeciding,
}: {
  readonly name: string | undefined;
  readonly isDeciding: boolean;
}) => (
  <div class="row">
    <button type="submit" class="main" disabled={name === undefined || isDeciding}>
      {isDeciding ? 'deciding…' : (name ?? 'Choose above')} <kbd>{isMac ? '⌘' : 'Ctrl'} ↵</kbd>
    </button>
    <span class="small muted" role="status">
      {isDeciding && 'It is decided once its event has come back.'}
    </span>
  </div>
);

const nameOf = (chosen: Decision | null): string | undefined =>
  DECISIONS.find(({ decision }) => decision === chosen)?.name;

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
