import type { ComponentChildren } from 'preact';
import type { Answer } from '../api/ask.ts';
import { useAsking } from './asking.ts';
import { Why } from './why.tsx';

export interface ActProps<T> {
  readonly ask: () => Promise<Answer<T>>;
  readonly done: (value: T) => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly disabled?: boolean;
  /** What its name says to who does not see where it stands. */
  readonly label?: string;
}

/** A button that asks the server for something, waits for the answer, and says beside itself why not. */
export function Act<T>({ ask, done, children, label, ...rest }: ActProps<T>) {
  const { isAsking, refusal, run } = useAsking();
  return (
    <>
      <button
        type="button"
        class={rest.class}
        aria-label={label}
        // One that is disabled would lose the focus.
        aria-disabled={isAsking}
        disabled={rest.disabled === true}
        onClick={() => void run(ask, done)}
      >
        {children}
      </button>
      <Why refusal={refusal} />
    </>
  );
}
