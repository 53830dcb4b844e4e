// The reference of the API: the document of this very server, read once, in the look of the console.

import { useEffect, useRef, useState } from 'preact/hooks';
import { get, type Refusal } from '../api/ask.ts';
import { Refused } from '../parts/refused.tsx';
import type { Server } from './asking.ts';
import { type Document, operationsOf } from './document.ts';
import { Home } from './home.tsx';
import { OperationView } from './operation.tsx';
import { usePlace } from './place.ts';
import { Side } from './side.tsx';
import { EventPage, Nothing, RefusalPage, SchemaPage } from './thing.tsx';

interface Described {
  readonly document: Document;
  readonly server: Server;
}

export function Reference() {
  const [described, setDescribed] = useState<Described | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const read = async (): Promise<void> => {
    const [answer, health] = await Promise.all([get<Document>('/openapi.json'), get('/health')]);
    const isOpen = health.ok && health.headers.get('Sluice-Auth-Mode') === 'open';
    if (answer.ok)
      setDescribed({ document: answer.value, server: { origin: location.origin, isOpen } });
    setRefusal(answer.ok ? null : answer.refusal);
  };
  useEffect(() => void read(), []);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Top />
      {described === null ? (
        <main>
          {refusal === null ? (
            <h1>Sluice API</h1>
          ) : (
            <Refused refusal={refusal} again={() => void read()} />
          )}
        </main>
      ) : (
        <Pages {...described} />
      )}
    </>
  );
}

function Top() {
  return (
    <header class="nav">
      <a class="brand" href="/console/">
        <img src="/console/mark.svg" alt="" width="20" height="20" /> Sluice
      </a>
      <nav aria-label="Sluice">
        <a href="/console/">Console</a>
        <a href="/docs/" aria-current="page">
          API
        </a>
        <a href="/docs.md">Markdown</a>
        <a href="/openapi.json">OpenAPI</a>
      </nav>
    </header>
  );
}

function Pages({ document: described, server }: Described) {
  const main = useRef<HTMLElement>(null);
  const at = usePlace();
  const before = useRef(at);
  useEffect(() => {
    const heading = main.current?.querySelector('h1')?.textContent ?? '';
    document.title = `${heading} · Sluice API`;
    if (before.current === at) return;
    before.current = at;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [at]);
  return (
    <div class="reference">
      <Side document={described} at={at} />
      <main id="main" ref={main} tabIndex={-1}>
        <Page key={at} document={described} server={server} at={at} />
      </main>
    </div>
  );
}

function Page({ document, server, at }: Described & { readonly at: string }) {
  const [, kind, name = ''] = /^(schema|event|refusal):(.+)$/.exec(at) ?? [];
  if (kind === 'schema') return <SchemaPage document={document} name={name} />;
  if (kind === 'event') return <EventPage document={document} name={name} />;
  if (kind === 'refusal') return <RefusalPage document={document} name={name} />;
  if (at === 'home') return <Home document={document} server={server} />;
  const placed = operationsOf(document).find(({ operation }) => operation.operationId === at);
  if (placed === undefined) return <Nothing name={at} />;
  return <OperationView document={document} placed={placed} server={server} />;
}
