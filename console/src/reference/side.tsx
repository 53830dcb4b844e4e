// The way through the reference: a search over all of it, or the operations by tag.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Document, eventsOf, operationsOf } from './document.ts';
import { type Entry, entriesOf, find } from './find.ts';
import { Method } from './operation.tsx';

interface SideProps {
  readonly document: Document;
  /** What is shown. */
  readonly at: string;
}

export function Side({ document: described, at }: SideProps) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const entries = useMemo(() => entriesOf(described), [described]);
  const found = find(entries, text);
  useEffect(() => listenForSlash(() => field.current?.focus()), []);
  // On a phone the list is in the way of what was chosen from it.
  useEffect(() => setOpen(false), [at]);
  return (
    <nav aria-label="Reference" class={isOpen || text !== '' ? 'side open' : 'side'}>
      <div class="row">
        <input
          ref={field}
          type="search"
          aria-label="Search the reference"
          aria-keyshortcuts="/"
          placeholder="Search  /"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && found[0] !== undefined) location.hash = found[0].hash;
          }}
        />
        <button
          type="button"
          class="narrow-only"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          All
        </button>
      </div>
      <div class="list">
        {text === '' ? <Contents document={described} at={at} /> : <Found found={found} at={at} />}
      </div>
    </nav>
  );
}

function Found({ found, at }: { readonly found: readonly Entry[]; readonly at: string }) {
  if (found.length === 0) return <p class="muted">Nothing is called so.</p>;
  return (
    <ul>
      {found.map((entry) => (
        <li key={entry.hash}>
          <Leaf entry={entry} at={at} />
        </li>
      ))}
    </ul>
  );
}

function Contents({ document, at }: SideProps) {
  const operations = operationsOf(document);
  const here = operations.find(({ operation }) => operation.operationId === at);
  return (
    <>
      <ul>
        <li>
          <a href="#home" aria-current={at === 'home' ? 'page' : undefined}>
            Begin here
          </a>
        </li>
      </ul>
      {document.tags.map(({ name }) => (
        <Group
          key={name}
          name={name}
          at={at}
          isHere={here?.operation.tags?.includes(name) === true}
        >
          {operations
            .filter(({ operation }) => operation.tags?.includes(name))
            .map(({ method, path, operation }) => ({
              hash: operation.operationId,
              mark: method,
              name: operation.summary ?? path,
              words: '',
            }))}
        </Group>
      ))}
      <Group name="events" at={at} isHere={at.startsWith('event:')}>
        {eventsOf(document).map(({ path }) => ({
          hash: `event:${path}`,
          mark: '',
          name: path,
          words: '',
        }))}
      </Group>
      <Group name="schemas" at={at} isHere={at.startsWith('schema:')}>
        {Object.keys(document.components.schemas).map((name) => ({
          hash: `schema:${name}`,
          mark: '',
          name,
          words: '',
        }))}
      </Group>
    </>
  );
}

interface GroupProps {
  readonly at: string;
  readonly name: string;
  /** What is shown is one of it. */
  readonly isHere: boolean;
  readonly children: readonly Entry[];
}

function Group({ name, at, isHere, children }: GroupProps) {
  const [isOpen, setOpen] = useState(isHere);
  useEffect(() => {
    if (isHere) setOpen(true);
  }, [isHere]);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{name}</summary>
      {isOpen && (
        <ul>
          {children.map((entry) => (
            <li key={entry.hash}>
              <Leaf entry={entry} at={at} />
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Leaf({ entry, at }: { readonly entry: Entry; readonly at: string }) {
  return (
    <a href={`#${entry.hash}`} aria-current={at === entry.hash ? 'page' : undefined}>
      {entry.mark !== '' && <Method method={entry.mark} />} {entry.name}
    </a>
  );
}

/** `/` leads to the search from anywhere but a field. */
function listenForSlash(run: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const isField =
      event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key !== '/' || isField || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    run();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
