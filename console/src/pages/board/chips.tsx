import { place, setQuery } from '../../routing/place.ts';
import { wish } from './shown.ts';
import { savedViews } from './views.ts';
import { FILTERS } from './wish.ts';

/** The choices that have a name, and what is chosen now, to be let go. */
export function Chips() {
  const chosen = FILTERS.filter((name) => name !== 'q' && wish.value[name] !== '');
  if (chosen.length === 0 && savedViews.value.length === 0) return null;
  return (
    <div class="row small">
      {savedViews.value.map(({ name, search }) => (
        <a
          key={name}
          href={`/console/${search}`}
          aria-current={place.value.search === search ? 'true' : undefined}
        >
          {name}
        </a>
      ))}
      {chosen.map((name) => (
        <button
          key={name}
          type="button"
          aria-label={`Without ${name} ${wish.value[name]}`}
          onClick={() => setQuery({ [name]: null })}
        >
          {name}: {wish.value[name]} ×
        </button>
      ))}
    </div>
  );
}
