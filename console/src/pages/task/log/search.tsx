// Looking for words in the log, and going from one find to the next.

import { useEffect, useRef } from 'preact/hooks';
import { count } from '../../../parts/number.ts';
import { query, setQuery } from '../../../routing/place.ts';
import { useKeys } from '../../../shell/keys.ts';
import { firstWhere, type View } from './view.ts';

/** Somebody who writes on is not interrupted by looking through a hundred thousand lines. */
const PAUSE_MS = 60;

interface SearchProps {
  readonly view: View;
  /** The row that is pointed at, or the first that is seen; the next find is looked for from it on. */
  readonly from: number;
  readonly isAt: boolean;
  readonly show: (row: number) => void;
}

export function Search({ view, from, isAt, show }: SearchProps) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const words = query('q');
  useKeys([{ key: '/', does: 'Search the log', run: () => field.current?.focus() }], []);
  useEffect(() => {
    if (field.current !== null && field.current !== document.activeElement)
      field.current.value = words;
  }, [words]);
  const { found } = view;
  const step = (by: 1 | -1): void => {
    const past = by === 1 && isAt ? from + 1 : from;
    const next = firstWhere(found.length, (at) => (found[at] ?? 0) >= past);
    const at = by === 1 ? next : next - 1;
    const target = found[(at + found.length) % found.length];
    if (target !== undefined) show(target);
  };
  const at = isAt ? found.indexOf(from) : -1;
  return (
    <>
      <input
        ref={field}
        type="search"
        aria-label="Search the log"
        placeholder="Search  /"
        defaultValue={words}
        onInput={({ currentTarget }) => {
          clearTimeout(timer.current);
          timer.current = setTimeout(() => setQuery({ q: currentTarget.value }), PAUSE_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {words !== '' && (
        <span class="row small" role="status">
          {found.length === 0
            ? 'Nothing found'
            : `${at === -1 ? '' : `${count(at + 1)} of `}${count(found.length)} found`}
          <button type="button" aria-label="The find before" onClick={() => step(-1)}>
            ↑
          </button>
          <button type="button" aria-label="The next find" onClick={() => step(1)}>
            ↓
          </button>
        </span>
      )}
    </>
  );
}
