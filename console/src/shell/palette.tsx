// Find what can be done here, a page or a task by a part of its name, and go there.

import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.tsx';
import { PAGES } from '../routing/pages.ts';
import { go } from '../routing/place.ts';
import { type Choice, fitting, type Group } from './find-choice.ts';
import { useFoundTasks } from './found-tasks.ts';
import { globalKeys, type Key, pageKeys } from './keys.ts';

export function Palette({ close }: { readonly close: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const tasks = useFoundTasks(text);
  const groups = fitting([...here(), { name: 'Tasks', choices: tasks }], text);
  const found = groups.flatMap(({ choices }) => choices);
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
        role="combobox"
        aria-label="What to do, a page or a task"
        aria-autocomplete="list"
        aria-expanded="true"
        aria-controls="choices"
        aria-activedescendant={found[at] === undefined ? undefined : `choice-${at}`}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <Choices groups={groups} chosen={found[at]} take={take} />
      {found.length === 0 && <p class="muted">Nothing is called so.</p>}
    </Dialog>
  );
}

interface ChoicesProps {
  readonly groups: readonly Group[];
  readonly chosen: Choice | undefined;
  readonly take: (choice: Choice) => void;
}

function Choices({ groups, chosen, take }: ChoicesProps) {
  let count = 0;
  return (
    <div id="choices" role="listbox" aria-label="Found" class="choices">
      {groups.map(({ name, choices }) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options of our own list is no fieldset.
        <div key={name} role="group" aria-label={name}>
          <div class="small muted" aria-hidden="true">
            {name}
          </div>
          {choices.map((choice) => (
            <Option
              key={choice.id}
              number={count++}
              choice={choice}
              isChosen={choice === chosen}
              take={take}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

interface OptionProps {
  readonly number: number;
  readonly choice: Choice;
  readonly isChosen: boolean;
  readonly take: (choice: Choice) => void;
}

function Option({ number, choice, isChosen, take }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above takes the keys of the list.
    <div
      id={`choice-${number}`}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      ref={(element) => {
        if (isChosen) element?.scrollIntoView({ block: 'nearest' });
      }}
      onClick={() => take(choice)}
    >
      {choice.name} <span class="small muted">{choice.note}</span>
    </div>
  );
}

/** What the page that is open can do, and where else one can go. */
function here(): readonly Group[] {
  const keyTo = new Map(globalKeys().map((key) => [key.does, key.key]));
  const pages = PAGES.flatMap(({ name, href }) =>
    href === null
      ? []
      : [{ id: href, name, note: keyTo.get(`Go to ${name}`) ?? '', run: () => go(href) }],
  );
  const beside: readonly Choice[] = [
    { id: '/docs/', name: 'API reference', note: '', run: () => location.assign('/docs/') },
    {
      id: 'account',
      name: 'Your sign-in',
      note: '',
      run: () => location.assign('/signin/account'),
    },
  ];
  const everywhere = globalKeys().filter(({ does }) => !does.startsWith('Go to '));
  return [
    { name: 'Here', choices: pageKeys().map(choiceOf) },
    { name: 'Go to', choices: [...pages, ...beside, ...everywhere.map(choiceOf)] },
  ];
}

const choiceOf = ({ key, does, run }: Key): Choice => ({ id: does, name: does, note: key, run });
