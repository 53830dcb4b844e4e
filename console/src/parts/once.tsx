import { copy } from './copy.tsx';
import { Dialog } from './dialog.tsx';

interface OnceProps {
  readonly title: string;
  /** What it is called in a sentence: `The token`. */
  readonly name: string;
  readonly secret: string;
  readonly close: () => void;
}

/** A secret that is shown this once. It stays until the reader closes it. */
export function Once({ title, name, secret, close }: OnceProps) {
  return (
    <Dialog title={title} close={close}>
      <p class="wait">
        <strong>{name} is shown this once.</strong> Copy it now: the server keeps no more than its
        digest.
      </p>
      <label>
        {name}
        <input
          readOnly
          class="id"
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <div class="row">
        <button type="button" class="main" onClick={() => void copy(secret, name)}>
          Copy
        </button>
        <button type="button" onClick={close}>
          I have copied it
        </button>
      </div>
    </Dialog>
  );
}
