import { hasMoreWaiting } from '../../live/waiting.ts';
import { count } from '../../parts/number.ts';
import { query, setQuery } from '../../routing/place.ts';

/** What of the list is shown: by text, and of which projects. */
export function Filters({ shown, all }: { readonly shown: number; readonly all: number }) {
  const isOne = query('only') === 'project';
  return (
    <div class="row">
      <input
        type="search"
        aria-label="Search what waits"
        placeholder="Search what waits"
        value={query('q')}
        onInput={(event) => setQuery({ q: event.currentTarget.value })}
      />
      <button
        type="button"
        aria-pressed={isOne}
        onClick={() => setQuery({ only: isOne ? null : 'project' })}
      >
        This project only
      </button>
      <span class="small muted">
        {count(shown)} of {count(all)}
        {hasMoreWaiting.value && '+'}
      </span>
      <span class="small muted wide-only">
        <kbd>J</kbd> <kbd>K</kbd> move · <kbd>X</kbd> select · <kbd>Enter</kbd> open
      </span>
    </div>
  );
}
