import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { query, setQuery } from '../routing/place.ts';

interface TabsProps<T extends string> {
  /** What the tabs are of. */
  readonly label: string;
  readonly tabs: readonly (readonly [id: T, name: string])[];
  readonly shown: T;
  readonly children: ComponentChildren;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** The tab that the address names, or the first. */
export const tabOf = <T extends string>(tabs: TabsProps<T>['tabs']): T | undefined =>
  (tabs.find(([id]) => id === query('tab')) ?? tabs[0])?.[0];

/** Tabs whose choice the address keeps; the arrow keys go through them. */
export function Tabs<T extends string>({ label, tabs, shown, children }: TabsProps<T>) {
  const show = (id: T): void => setQuery({ tab: id }, { replace: false });
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(([id]) => id === shown) + step;
    const next = tabs[(at + tabs.length) % tabs.length];
    if (next === undefined) return;
    show(next[0]);
    document.getElementById(`tab-${next[0]}`)?.focus();
  };
  useEffect(() => {
    // On a telephone the row of tabs is wider than the screen.
    document
      .getElementById(`tab-${shown}`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <>
      <div role="tablist" aria-label={label}>
        {tabs.map(([id, name]) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-selected={id === shown}
            aria-controls="tab-panel"
            tabIndex={id === shown ? 0 : -1}
            onClick={() => show(id)}
            onKeyDown={onKeyDown}
          >
            {name}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" class="stack" aria-labelledby={`tab-${shown}`}>
        {children}
      </div>
    </>
  );
}
