import { query, setQuery } from '../../routing/place.ts';
import { Chips, Notify } from './later.tsx';
import { flip, isCreating, isFiltering, otherView, SEARCH_ID } from './opened.ts';
import { wish } from './shown.ts';
import { hasViews } from './views-kept.ts';
import { isParticular } from './wish.ts';

export function Toolbar() {
  const isTable = query('view') === 'table';
  return (
    <>
      <div class="row">
        <h1>Tasks</h1>
        <input
          id={SEARCH_ID}
          type="search"
          aria-label="Search tasks"
          aria-keyshortcuts="/"
          placeholder="Search  /"
          value={wish.value.q}
          onInput={({ currentTarget }) => setQuery({ q: currentTarget.value })}
        />
        <button type="button" aria-expanded={isFiltering.value} onClick={() => flip(isFiltering)}>
          Filter <kbd>f</kbd>
        </button>
        <button
          type="button"
          aria-pressed={isTable}
          onClick={() => setQuery({ view: otherView() }, { replace: false })}
        >
          Table <kbd>v</kbd>
        </button>
        <Notify />
        <button type="button" class="main push" onClick={() => flip(isCreating)}>
          New task <kbd>c</kbd>
        </button>
      </div>
      {(isParticular(wish.value) || hasViews()) && <Chips />}
    </>
  );
}
