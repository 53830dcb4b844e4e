import { useState } from 'preact/hooks';
import { Act, type ActProps } from './act.tsx';
import { later } from './later.tsx';

const Question = later(() => import('./question.tsx').then((file) => file.Question));

interface SureProps<T> extends ActProps<T> {
  /** The question, as the title of the dialog. */
  readonly title: string;
  /** What follows from it. */
  readonly text: string;
}

/** A button for what cannot be taken back: it is asked for twice. */
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
        <Question title={title} text={text} close={close}>
          <Act ask={act.ask} done={done} class="bad">
            {children}
          </Act>
        </Question>
      )}
    </>
  );
}
