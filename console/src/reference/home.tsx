// Where a reader begins: what holds for every operation, and all of them at a glance.

import type { Server } from './asking.ts';
import { type Document, operationsOf } from './document.ts';
import { Method } from './operation.tsx';
import { type Asked, SAMPLES } from './samples.ts';

interface HomeProps {
  readonly document: Document;
  readonly server: Server;
}

export function Home({ document, server: { origin, isOpen } }: HomeProps) {
  const { info } = document;
  const first: Asked = {
    method: 'POST',
    url: `${origin}/tasks`,
    headers: [['Content-Type', 'application/json']],
    body: '{"description":"Add a health check"}',
    needsToken: !isOpen,
  };
  return (
    <article class="stack prose">
      <h1>
        {info.title} API <span class="small muted">{info.version}</span>
      </h1>
      <p>{info.description}</p>
      <h2>First request</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line is scrolled by keyboard. */}
      <pre tabIndex={0}>{SAMPLES['curl']?.(first)}</pre>
      {!isOpen && (
        <p class="muted">
          With a token of yours in <code>SLUICE_TOKEN</code>: <a href="/console/access">make one</a>
          .
        </p>
      )}
      <Conventions />
      {document.tags.map(({ name, description }) => (
        <Tag key={name} document={document} name={name} description={description ?? ''} />
      ))}
    </article>
  );
}

function Conventions() {
  return (
    <dl class="facts wide">
      <div>
        <dt>Who asks</dt>
        <dd>
          <code>Authorization: Bearer …</code> with a token of a person, a service, a runner or an
          agent; in open mode, on one's own machine, nothing. Make one under{' '}
          <a href="/console/access">Access</a>.
        </dd>
      </div>
      <div>
        <dt>Twice the same</dt>
        <dd>
          With the same <code>Idempotency-Key</code> a request does nothing twice, for a day.
        </dd>
      </div>
      <div>
        <dt>Refusals</dt>
        <dd>
          <code>error</code> says it in words, <code>code</code> for programs, <code>hint</code>{' '}
          what to do; with <code>Accept: application/problem+json</code> as RFC 9457 has it.
        </dd>
      </div>
      <div>
        <dt>Long lists</dt>
        <dd>
          <code>nextCursor</code> of one page is the <code>cursor</code> of the next.
        </dd>
      </div>
      <div>
        <dt>For programs</dt>
        <dd>
          <a href="/openapi.json">/openapi.json</a> · <a href="/docs.md">/docs.md</a> ·{' '}
          <a href="/llms.txt">/llms.txt</a>
        </dd>
      </div>
    </dl>
  );
}

interface TagProps {
  readonly document: Document;
  readonly name: string;
  readonly description: string;
}

function Tag({ document, name, description }: TagProps) {
  const own = operationsOf(document).filter(({ operation }) => operation.tags?.includes(name));
  return (
    <section>
      <h2>{name}</h2>
      <p class="muted">{description}</p>
      <ul class="leaves">
        {own.map(({ method, path, operation }) => (
          <li key={operation.operationId}>
            <a href={`#${operation.operationId}`}>
              <Method method={method} /> <code>{path}</code>
            </a>{' '}
            {operation.summary}
          </li>
        ))}
      </ul>
    </section>
  );
}
