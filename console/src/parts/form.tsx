import type { ComponentChildren } from 'preact';
import type { Answer } from '../api/ask.ts';
import { useAsking } from './asking.ts';
import { Why } from './why.tsx';

interface FormProps<T> {
  /** Asks with what stands in the fields, by their names. */
  readonly ask: (fields: Fields) => Promise<Answer<T>>;
  readonly done: (value: T) => void;
  /** On the button that sends it. */
  readonly send: string;
  readonly children: ComponentChildren;
}

/** What stands in the fields of a form. */
export interface Fields {
  readonly text: (name: string) => string;
  /** With the white space around it, and line ends as a text field keeps them: `\n`. */
  readonly raw: (name: string) => string;
  /** Undefined where nothing stands there. */
  readonly number: (name: string) => number | undefined;
  readonly isOn: (name: string) => boolean;
  /** Of several boxes of one name, those that are ticked. */
  readonly all: (name: string) => readonly string[];
  readonly file: (name: string) => File | null;
}

function fieldsOf(form: HTMLFormElement): Fields {
  const data = new FormData(form);
  const raw = (name: string): string => {
    const value = data.get(name);
    // A form is encoded with the line ends of MIME.
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
  };
  const text = (name: string): string => raw(name).trim();
  return {
    text,
    raw,
    number: (name) => (text(name) === '' ? undefined : Number(text(name))),
    isOn: (name) => data.has(name),
    all: (name) => data.getAll(name).flatMap((one) => (typeof one === 'string' ? [one] : [])),
    file: (name) => {
      const value = data.get(name);
      return value instanceof File && value.size > 0 ? value : null;
    },
  };
}

/** A form that asks the server; while it waits it cannot be sent again, and why not stands above its button. */
export function Form<T>({ ask, done, send, children }: FormProps<T>) {
  const { isAsking, refusal, run } = useAsking();
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = fieldsOf(event.currentTarget);
        void run(() => ask(fields), done);
      }}
    >
      {children}
      <Why refusal={refusal} />
      <p>
        {/* One that is disabled would lose the focus. */}
        <button type="submit" class="main" aria-disabled={isAsking}>
          {send}
        </button>
      </p>
    </form>
  );
}
