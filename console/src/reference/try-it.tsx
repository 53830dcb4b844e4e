// Asking this very server, from the page: the same fields make the samples. Nothing is asked before somebody presses Send.

import { useEffect, useRef, useState } from 'preact/hooks';
import { plain } from '../parts/plain.ts';
import { bodyTypeOf, type Filled, fieldOf, isSocket, parametersOf } from './asking.ts';
import { type Document, type Parameter, type Placed, scopesOf } from './document.ts';
import type { Asked } from './samples.ts';
import { follow, type Told, tell } from './send.ts';

interface TryProps {
  readonly document: Document;
  readonly placed: Placed;
  readonly filled: Filled;
  readonly fill: (name: string, value: string) => void;
  readonly asked: Asked;
}

export function TryIt({ document, placed, filled, fill, asked }: TryProps) {
  const [told, show] = useState<Told | null>(null);
  const [isRunning, setRunning] = useState(false);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const send = async (): Promise<void> => {
    controller.current = new AbortController();
    const { signal } = controller.current;
    setRunning(true);
    if (isSocket(placed)) await follow(asked, { signal, show });
    else await tell(asked, { token: filled['token'] ?? '', signal, show });
    setRunning(false);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Fields document={document} placed={placed} filled={filled} fill={fill} />
      <div class="row">
        <button type="submit" class="main" disabled={isRunning}>
          {isSocket(placed) ? 'Connect' : `Send ${placed.method}`}
        </button>
        {isRunning && (
          <button type="button" onClick={() => controller.current?.abort()}>
            Stop
          </button>
        )}
      </div>
      <Said told={told} isRunning={isRunning} />
    </form>
  );
}

/** Parameters, body and token. */
function Fields({ document, placed, filled, fill }: Omit<TryProps, 'asked'>) {
  const type = bodyTypeOf(placed);
  return (
    <>
      {parametersOf(document, placed).map((one) => (
        <Field key={fieldOf(one)} parameter={one} filled={filled} fill={fill} />
      ))}
      {type !== null && (
        <label>
          Body <span class="small muted">{type}</span>
          <textarea
            class="body"
            rows={Math.min(14, (filled['body'] ?? '').split('\n').length + 1)}
            spellcheck={false}
            value={filled['body'] ?? ''}
            onInput={(event) => fill('body', event.currentTarget.value)}
          />
        </label>
      )}
      {scopesOf(placed.operation) !== null && !isSocket(placed) && (
        <label>
          Token{' '}
          <span class="small muted">kept by this page alone; empty: who is signed in here</span>
          <input
            type="password"
            autocomplete="off"
            value={filled['token'] ?? ''}
            onInput={(event) => fill('token', event.currentTarget.value)}
          />
        </label>
      )}
    </>
  );
}

function Field({
  parameter,
  filled,
  fill,
}: {
  readonly parameter: Parameter;
  readonly filled: Filled;
  readonly fill: TryProps['fill'];
}) {
  const name = fieldOf(parameter);
  const choices = parameter.schema?.enum;
  const props = {
    id: name,
    required: parameter.required === true,
    value: filled[name] ?? '',
    onInput: (event: { readonly currentTarget: { readonly value: string } }) =>
      fill(name, event.currentTarget.value),
  };
  return (
    <label for={name}>
      <span>
        <code>{parameter.name}</code> <span class="small muted">{parameter.in}</span>
      </span>
      {choices === undefined ? (
        <input spellcheck={false} autocomplete="off" {...props} />
      ) : (
        <select {...props}>
          <option value="" />
          {choices.map((one) => (
            <option key={String(one)}>{String(one)}</option>
          ))}
        </select>
      )}
    </label>
  );
}

interface SaidProps {
  readonly told: Told | null;
  /** More of it may come. */
  readonly isRunning: boolean;
}

/** What the server has said, as text only. */
function Said({ told, isRunning }: SaidProps) {
  return (
    <div role="status">
      {told !== null && (
        <>
          <p class={told.isGood ? 'ok' : 'bad'}>
            {told.line} <span class="small muted">in {told.ms} ms</span>
          </p>
          {told.headers !== '' && (
            <details>
              <summary class="small">Headers</summary>
              <pre>{plain(told.headers)}</pre>
            </details>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long answer is scrolled by keyboard. */}
          <pre class="said" tabIndex={0}>
            {plain(told.text) || (isRunning ? '…' : 'No body.')}
          </pre>
        </>
      )}
    </div>
  );
}
