import { query, setQuery } from '../../routing/place.ts';

export const TABS = {
  log: 'Log',
  events: 'Events',
  artifacts: 'Artifacts',
  usage: 'Usage',
  subtasks: 'Subtasks',
  json: 'JSON',
} as const;
export type Tab = keyof typeof TABS;

const NAMES = Object.keys(TABS) as readonly Tab[];

/** The tab that the address names, or the log. */
export const tabNow = (): Tab => NAMES.find((name) => name === query('tab')) ?? 'log';

const show = (tab: Tab | undefined): void => {
  if (tab !== undefined) setQuery({ tab: tab === 'log' ? null : tab }, { replace: false });
};

/** Which part of the task is shown; arrows move between them. */
export function TabList({ counts }: { readonly counts: Readonly<Partial<Record<Tab, number>>> }) {
  const at = tabNow();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = NAMES[(NAMES.indexOf(at) + step + NAMES.length) % NAMES.length];
    show(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Parts of the task">
      {NAMES.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === at}
          aria-controls="tab"
          tabIndex={name === at ? 0 : -1}
          onClick={() => show(name)}
          onKeyDown={onKeyDown}
        >
          {TABS[name]}
          {(counts[name] ?? 0) > 0 && <span class="muted"> {counts[name]}</span>}
        </button>
      ))}
    </div>
  );
}
