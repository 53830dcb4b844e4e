// Is what was decided what was signed? The browser checks it itself: the chain, each signature, each receipt.

import { useState } from 'preact/hooks';
import { type Answer, get } from '../../api/ask.ts';
import { useAsking } from '../../parts/asking.ts';
import { InCode } from '../../parts/code.tsx';
import { later } from '../../parts/later.tsx';
import { Why } from '../../parts/why.tsx';
import { query, setQuery } from '../../routing/place.ts';
import type { Checked } from './check-bundle.ts';
import { type Keys, KeysField } from './keys-field.tsx';

/** Nothing is said of an export by who can check no signature. */
const CANNOT: Answer<never> = {
  ok: false,
  refusal: {
    ...{ status: 0, code: 'no_ed25519', message: 'This browser can check no Ed25519 signatures.' },
    hint: 'Take a newer one, or check the export by `sluice verify`.',
    body: {},
  },
};

const Verdict = later(() => import('./verdict.tsx').then(({ Verdict: view }) => view));

export function VerifyTask() {
  const task = query('task');
  const [keys, setKeys] = useState<Keys | null>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const { isAsking, refusal, run } = useAsking();
  const check = (file: () => Promise<Answer<Blob>>): void => {
    setChecked(null);
    void run(async () => {
      const bundle = await file();
      if (!bundle.ok) return bundle;
      const { canCheck, checkBundle } = await import('./check-bundle.ts');
      if (!(await canCheck())) return CANNOT;
      return { ...bundle, value: await checkBundle(bundle.value, keys?.text ?? '') };
    }, setChecked);
  };
  return (
    <>
      <p class="muted">
        Your browser checks the log, the receipts and the checkpoints by itself, with the keys that
        you trust. A change of a single byte is named with its line.
      </p>
      <KeysField
        keys={keys}
        set={(next) => {
          setKeys(next);
          // What was found was found by the keys before.
          setChecked(null);
        }}
      />
      <Sources isOff={isAsking || keys === null} task={task} check={check} />
      {isAsking && <p class="muted">Checking…</p>}
      <Why refusal={refusal} />
      {checked !== null && <Verdict checked={checked} />}
      <Code task={task} />
    </>
  );
}

interface SourcesProps {
  readonly isOff: boolean;
  readonly task: string;
  readonly check: (file: () => Promise<Answer<Blob>>) => void;
}

function Sources({ isOff, task, check }: SourcesProps) {
  const take = (files: FileList | null | undefined): void => {
    const file = files?.item(0);
    if (file != null && !isOff) check(() => given(file));
  };
  return (
    <>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          check(() => fetchExport(task));
        }}
      >
        <label>
          A task of this server
          <input
            required
            size={36}
            placeholder="task_…"
            value={task}
            onInput={(event) => setQuery({ task: event.currentTarget.value.trim() })}
          />
        </label>
        <button type="submit" class="main" disabled={isOff}>
          Verify
        </button>
      </form>
      <label
        class="panel"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          take(event.dataTransfer?.files);
        }}
      >
        Or an export, dropped here or chosen
        <input
          type="file"
          accept=".ndjson,application/x-ndjson"
          disabled={isOff}
          onChange={(event) => take(event.currentTarget.files)}
        />
      </label>
    </>
  );
}

/** All of a file is held to be digested: a larger one is for the command line, which reads it as it goes. */
const FILE_BYTES_MAX = 256 * 1_048_576;

async function given(file: Blob): Promise<Answer<Blob>> {
  if (file.size <= FILE_BYTES_MAX) return { ok: true, value: file, headers: new Headers() };
  const [message, hint] = ['The file is over 256 MiB.', 'Check it by `sluice verify`.'];
  return { ok: false, refusal: { status: 0, code: 'too_large', message, hint, body: {} } };
}

/** The bytes as they come: their digest is checked. */
async function fetchExport(task: string): Promise<Answer<Blob>> {
  const answer = await get<string>(`/tasks/${encodeURIComponent(task)}/export`, {
    headers: { Accept: 'application/x-ndjson' },
  });
  return answer.ok ? { ...answer, value: new Blob([answer.value]) } : answer;
}

function Code({ task }: { readonly task: string }) {
  // It stands in the address: of a command that is copied it must be no more than an id.
  const id = /^\w+$/.exec(task)?.[0];
  const file = `${id ?? 'task'}.ndjson`;
  return (
    <InCode
      calls={[
        {
          does: 'Keep all that is proven of the task',
          method: 'GET',
          path: `/tasks/${id ?? '{task}'}/export`,
          file,
        },
        {
          does: 'Check that without a server, but for its keys',
          method: 'GET',
          path: '/.well-known/receipt-keys.json',
          cli: `verify ${file}`,
          isCliAlone: true,
        },
      ]}
    />
  );
}
