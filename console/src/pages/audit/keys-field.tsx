import { useEffect, useRef, useState } from 'preact/hooks';
import { get, type Refusal } from '../../api/ask.ts';
import { plain } from '../../parts/plain.ts';
import { Why } from '../../parts/why.tsx';

/** The keys that are trusted, and where they are from. */
export interface Keys {
  readonly from: string;
  /** A JSON Web Key Set. */
  readonly text: string;
}

interface KeysFieldProps {
  readonly keys: Keys | null;
  readonly set: (keys: Keys) => void;
}

const PATH = '/.well-known/receipt-keys.json';

/** Whose keys are trusted: this server's, or those in a file that the reader has kept, which prove more. */
export function KeysField({ keys, set }: KeysFieldProps) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const hasOwn = useRef(false);
  useEffect(() => {
    void get<unknown>(PATH).then((answer) => {
      // Whoever was quicker with keys of their own trusts those.
      if (hasOwn.current) return;
      if (answer.ok) set({ from: location.host, text: JSON.stringify(answer.value) });
      else setRefusal(answer.refusal);
    });
  }, []);
  return (
    <fieldset class="row" aria-label="Keys">
      <span>
        Trusted: the keys of <strong>{keys === null ? 'nobody yet' : plain(keys.from)}</strong>
      </span>
      <label>
        or keys that you have kept
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file === undefined) return;
            hasOwn.current = true;
            void file.text().then((text) => set({ from: file.name, text }));
          }}
        />
      </label>
      <a href={PATH} download="receipt-keys.json">
        Keep those of this server
      </a>
      <Why refusal={refusal} />
    </fieldset>
  );
}
