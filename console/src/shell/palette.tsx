// Find a page, a command or a task by a part of its name, and go there.

import { useState } from 'preact/hooks';
import { allRows } from '../live/rows.ts';
import { Dialog } from '../parts/dialog.tsx';
import { titleOf } from '../parts/title.ts';
import { PAGES } from '../routing/pages.ts';
import { go } from '../routing/place.ts';
import { keysNow } from './keys.ts';

interface Choice {
  readonly id: string;
  readonly name: string;
  readonly run: () => void;
}

const SHOWN_MAX = 12;

export function Palette({ close }: { readonly close: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = choices()
    .filter(({ name }) => fits(name, text))
    .slice(0, SHOWN_MAX);
  const take = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    close();
    choice.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') take(found[at]);
    else if (step === undefined || found.length === 0) return;
    else setAt((at + step + found.length) % found.length);
    event.preventDefault();
  };
  return (
    <Dialog title="Find" close={close}>
      <input
        list={undefined}
        aria-label="A page, a command or a task"
        aria-expanded="true"
        aria-controls="choices"
        aria-activedescendant={found[at] === undefined ? undefined : `choice-${at}`}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="choices" role="listbox" aria-label="Found" class="choices">
        {found.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys of the list.
          <div
            key={choice.id}
            id={`choice-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onClick={() => take(choice)}
          >
            {choice.name}
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="muted">Nothing is called so.</p>}
    </Dialog>
  );
}

function choices(): readonly Choice[] {
  const pages = PAGES.flatMap(({ name, href }) =>
    href === null ? [] : [{ id: href, name, run: () => go(href) }],
  );
  const commands = keysNow().map(({ key, does, run }) => ({ id: key, name: does, run }));
  const tasks = [...allRows()].map((row) => {
    const { id } = row.peek();
    return { id, name: `${titleOf(row.peek())} · ${id}`, run: () => go(`/console/tasks/${id}`) };
  });
  return [...pages, ...commands, ...tasks];
}

/** Every word of what was written occurs. */
const fits = (name: string, text: string): boolean => {
  const lower = name.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
};
