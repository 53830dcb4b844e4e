import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer } from '../api/ask.ts';
import { useAsking } from './asking.ts';
import { Dialog } from './dialog.tsx';
import { Why } from './why.tsx';

interface ActProps<T> {
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
        disabled={isAsking || rest.disabled === true}
        onClick={() => void run(ask, done)}
      >
        {children}
      </button>
      <Why refusal={refusal} />
    </>
  );
}

interface SureProps<T> extends ActProps<T> {
  /** The question, as the title of the dialog. */
  readonly title: string;
  /** What follows from it. */
  readonly text: string;
}

/** The same for what cannot be taken back: it is asked for twice. */
export function Sure<T>({ title, text, children, label, ...act }: SureProps<T>) {
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  const done = (value: T): void => {
    close();
    act.done(value);
  };
  return (
    <>
      <button
        type="button"
        aria-label={label}
        disabled={act.disabled === true}
        onClick={() => setOpen(true)}
      >
        {children}
      </button>
      {isOpen && (
        <Dialog title={title} close={close}>
          <p>{text}</p>
          <div class="row">
            <Act ask={act.ask} done={done} class="bad">
              {children}
            </Act>
            <button type="button" onClick={close}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
