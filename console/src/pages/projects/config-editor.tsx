import { useRef, useState } from 'preact/hooks';
import type { Config } from '../../../../src/contract/config.ts';
import { ask } from '../../api/ask.ts';
import { useReading } from '../../api/read.ts';
import { useAsking } from '../../parts/asking.ts';
import { InCode } from '../../parts/code.tsx';
import { Read } from '../../parts/read.tsx';
import { Why } from '../../parts/why.tsx';
import { say } from '../../shell/toast.tsx';
import { ConfigFaults } from './config-faults.tsx';
import { lineOf, patchOf } from './config-patch.ts';
import { mayManage, type Shown } from './shown.ts';

export function ConfigEditor({ project }: Shown) {
  const path = `/config?projectId=${project.id}`;
  const reading = useReading<Config>(path);
  return (
    <>
      <p class="muted">
        The whole configuration with its defaults. What you take out has its default again.
      </p>
      <Read of={reading}>
        {(config) => (
          <Editor
            key={JSON.stringify(config)}
            config={config}
            path={path}
            isOff={!mayManage(project)}
            again={reading.again}
          />
        )}
      </Read>
      <InCode
        calls={[
          { does: 'Read the config', method: 'GET', path },
          {
            does: 'Change a part of it',
            method: 'PATCH',
            path,
            body: { autonomy: { default: 'review-before-merge' } },
          },
        ]}
      />
    </>
  );
}

interface EditorProps {
  readonly config: Config;
  readonly path: string;
  readonly isOff: boolean;
  readonly again: () => void;
}

function Editor({ config, path, isOff, again }: EditorProps) {
  const [text, setText] = useState(() => JSON.stringify(config, null, 2));
  const area = useRef<HTMLTextAreaElement>(null);
  const { isAsking, refusal, run } = useAsking();
  const edited = parsed(text);
  const patch = edited.ok ? patchOf(config, edited.value) : undefined;
  const show = (where: string): void => {
    if (area.current !== null) selectLine(area.current, lineOf(text, where));
  };
  const saved = (): void => {
    say('The config is changed.');
    again();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => ask('PATCH', path, { body: patch }), saved);
      }}
    >
      <label>
        Config, as JSON
        <textarea
          ref={area}
          class="json"
          rows={28}
          spellcheck={false}
          readOnly={isOff}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {!edited.ok && <p class="bad">It is no JSON yet: {edited.why}</p>}
      <Why refusal={refusal} />
      <ConfigFaults refusal={refusal} show={show} />
      {patch !== undefined && (
        <details>
          <summary>What is sent</summary>
          <pre>{JSON.stringify(patch, null, 2)}</pre>
        </details>
      )}
      <p>
        <button type="submit" class="main" disabled={isAsking || isOff || patch === undefined}>
          Save the config
        </button>
      </p>
    </form>
  );
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string };

function parsed(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  }
}

function selectLine(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n');
  const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
  area.scrollTop = Math.max(0, (area.scrollHeight / lines.length) * (line - 5));
}
