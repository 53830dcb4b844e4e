// One operation: what it does, what it takes, what it answers, why it may refuse, and how to ask for it.

import { useState } from 'preact/hooks';
import { Table } from '../parts/table.tsx';
import { askedOf, bodyExample, type Filled, fieldOf, parametersOf, type Server } from './asking.ts';
import { type Answer, type Document, type Placed, resolve, scopesOf } from './document.ts';
import { refusalsOf } from './refusals.ts';
import { Samples } from './samples-view.tsx';
import { rulesOf, typeOf } from './schema.ts';
import { SchemaView } from './schema-view.tsx';
import { Text } from './text.tsx';
import { TryIt } from './try-it.tsx';

interface OperationProps {
  readonly document: Document;
  readonly placed: Placed;
}

export function OperationView({
  document,
  placed,
  server,
}: OperationProps & { readonly server: Server }) {
  const { method, path, operation } = placed;
  const [filled, setFilled] = useState<Filled>({ body: bodyExample(document, placed) });
  const fill = (name: string, value: string): void => {
    setFilled((before) => ({ ...before, [name]: value }));
  };
  const asked = askedOf(document, placed, filled, server);
  const { summary = path, description = '' } = operation;
  return (
    <div class="two">
      <article class="stack">
        <h1>{summary}</h1>
        <p class="path">
          <Method method={method} /> <code>{path}</code>
        </p>
        {description !== summary && (
          <p>
            <Text text={description} />
          </p>
        )}
        <Scopes scopes={scopesOf(operation)} />
        <Parameters document={document} placed={placed} />
        <Body document={document} placed={placed} />
        <Answers document={document} placed={placed} />
        <Refusals document={document} placed={placed} />
      </article>
      <aside class="stack">
        <Samples asked={asked} />
        <section class="panel stack" aria-label="Try it">
          <h2>Try it</h2>
          <TryIt document={document} placed={placed} filled={filled} fill={fill} asked={asked} />
        </section>
      </aside>
    </div>
  );
}

export function Method({ method }: { readonly method: string }) {
  return <span class={`method ${METHOD_TONES[method] ?? 'muted'}`}>{method}</span>;
}

const METHOD_TONES: Readonly<Record<string, string>> = {
  GET: 'busy',
  POST: 'ok',
  PUT: 'wait',
  PATCH: 'wait',
  DELETE: 'bad',
};

function Scopes({ scopes }: { readonly scopes: readonly string[] | null }) {
  if (scopes === null) return <p class="muted">For everybody: no credential is needed.</p>;
  if (scopes.length === 0) return <p class="muted">For everybody who is known.</p>;
  return (
    <p class="muted">
      Needs the scope{' '}
      {scopes.map((scope) => (
        <code key={scope}>{scope} </code>
      ))}
    </p>
  );
}

function Parameters({ document, placed }: OperationProps) {
  const parameters = parametersOf(document, placed);
  if (parameters.length === 0) return null;
  return (
    <section>
      <h2>Parameters</h2>
      {parameters.map((one) => (
        <div key={fieldOf(one)} class="member">
          <code class="name">{one.name}</code>{' '}
          <span class="small muted">
            {one.in} · {[typeOf(one.schema ?? {}), ...rulesOf(one.schema ?? {})].join(' · ')}
          </span>{' '}
          {one.required === true && <span class="small wait">required</span>}
          {one.description !== undefined && (
            <p>
              <Text text={one.description} />
            </p>
          )}
          {one.schema?.enum !== undefined && (
            <p class="small">
              One of{' '}
              {one.schema.enum.map((value) => (
                <code key={String(value)}>{String(value)} </code>
              ))}
            </p>
          )}
        </div>
      ))}
    </section>
  );
}

function Body({ document, placed }: OperationProps) {
  const [content] = Object.entries(placed.operation.requestBody?.content ?? {});
  if (content === undefined) return null;
  const [type, { schema = {} }] = content;
  return (
    <section>
      <h2>
        Body <span class="small muted">{type}</span>
      </h2>
      <SchemaView document={document} schema={schema} />
    </section>
  );
}

function Answers({ document, placed }: OperationProps) {
  const answers = Object.entries(placed.operation.responses ?? {}).filter(([status]) =>
    /^[123]/.test(status),
  );
  return (
    <section>
      <h2>Answers</h2>
      {answers.map(([status, answer]) => (
        <AnswerView
          key={status}
          document={document}
          status={status}
          answer={resolve(document, 'responses', answer)}
        />
      ))}
    </section>
  );
}

function AnswerView({
  document,
  status,
  answer,
}: {
  readonly document: Document;
  readonly status: string;
  readonly answer: Answer;
}) {
  return (
    <div class="member">
      <strong class="ok">{status}</strong> <Text text={answer.description ?? ''} />
      {Object.entries(answer.content ?? {}).map(([type, { schema }]) => (
        <div key={type}>
          <span class="small muted">{type}</span>
          {schema !== undefined && <SchemaView document={document} schema={schema} />}
        </div>
      ))}
    </div>
  );
}

function Refusals({ document, placed }: OperationProps) {
  const refusals = refusalsOf(document, placed.operation);
  if (refusals.length === 0) return null;
  return (
    <section>
      <h2>Refusals</h2>
      <Table label="Refusals of this operation" heads={['Status', 'Code', 'Meaning']}>
        {refusals.map(({ status, code, meaning }) => (
          <tr key={`${status}${code}`}>
            <td class="number">{status}</td>
            <td>
              <a href={`#refusal:${code}`}>
                <code>{code}</code>
              </a>
            </td>
            <td>
              <Text text={meaning} />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
