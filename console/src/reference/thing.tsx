// What is neither an operation nor the beginning: a schema, an event, a refusal.

import { type Document, eventsOf, operationsOf, type Placed } from './document.ts';
import { Method } from './operation.tsx';
import { refusalsOf } from './refusals.ts';
import { exampleOf } from './schema.ts';
import { SchemaView } from './schema-view.tsx';
import { Text } from './text.tsx';

interface ThingProps {
  readonly document: Document;
  readonly name: string;
}

export function SchemaPage({ document, name }: ThingProps) {
  const schema = document.components.schemas[name];
  if (schema === undefined) return <Nothing name={name} />;
  const ref = `"#/components/schemas/${name}"`;
  const users = operationsOf(document).filter(({ operation }) =>
    JSON.stringify(operation).includes(ref),
  );
  return (
    <article class="stack prose">
      <h1>{name}</h1>
      {schema.description !== undefined && (
        <p>
          <Text text={schema.description} />
        </p>
      )}
      <SchemaView document={document} schema={schema} />
      <h2>At the least</h2>
      <pre>{JSON.stringify(exampleOf(document, schema), null, 2)}</pre>
      <Users users={users} />
    </article>
  );
}

export function EventPage({ document, name }: ThingProps) {
  const event = eventsOf(document).find(({ path }) => path === name);
  if (event === undefined) return <Nothing name={name} />;
  const { operation } = event;
  const schema = operation.requestBody?.content?.['application/json']?.schema ?? {};
  return (
    <article class="stack prose">
      <h1>{name}</h1>
      <p>
        <Text text={operation.summary ?? ''} />
      </p>
      <p class="muted">
        Sent to every endpoint of a webhook that wants it, signed; see{' '}
        <a href="#webhooks.create">how one is made</a>.
      </p>
      <SchemaView document={document} schema={schema} />
      <h2>At the least</h2>
      <pre>{JSON.stringify(exampleOf(document, schema), null, 2)}</pre>
    </article>
  );
}

export function RefusalPage({ document, name }: ThingProps) {
  const users = operationsOf(document).filter(({ operation }) =>
    refusalsOf(document, operation).some(({ code }) => code === name),
  );
  const [first] = users.flatMap(({ operation }) =>
    refusalsOf(document, operation).filter(({ code }) => code === name),
  );
  if (first === undefined) return <Nothing name={name} />;
  return (
    <article class="stack prose">
      <h1>
        <code>{name}</code>
      </h1>
      <p>
        {first.status}. <Text text={first.meaning} />
      </p>
      <p>
        <a href={`/problems/${name.replaceAll('_', '-')}`}>What its type leads to</a>
      </p>
      <Users users={users} />
    </article>
  );
}

function Users({ users }: { readonly users: readonly Placed[] }) {
  if (users.length === 0) return null;
  return (
    <section>
      <h2>Where it occurs</h2>
      <ul class="leaves">
        {users.map(({ method, path, operation }) => (
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

export function Nothing({ name }: { readonly name: string }) {
  return (
    <article class="empty">
      <h1>Nothing is called so</h1>
      <p>
        The reference has no “{name}”. <a href="#home">Begin at the beginning</a>.
      </p>
    </article>
  );
}
