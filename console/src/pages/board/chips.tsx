import { place, setQuery } from '../../routing/place.ts';
import { readings, readMore } from './readings.ts';
import { columnsShown, wish } from './shown.ts';
import { savedViews } from './views.ts';
import { FILTERS, isParticular } from './wish.ts';

/** The choices that have a name, and what is chosen now, to be let go. */
export function Chips() {
  const chosen = FILTERS.filter((name) => name !== 'q' && wish.value[name] !== '');
  if (!isParticular(wish.value) && savedViews.value.length === 0) return null;
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
      <Unread />
    </div>
  );
}

/** The server does not choose by these, nor sort: a task that was not read yet is not found by them. */
const AMONG_READ = ['agent', 'priority', 'autonomy'] as const;

function Unread() {
  const open = columnsShown.value.filter(({ at }) => readings[at]?.value.cursor != null);
  const names: string[] = AMONG_READ.filter((name) => wish.value[name] !== '');
  if (wish.value.sort !== 'newest') names.push('the order');
  if (open.length === 0 || names.length === 0) return null;
  return (
    <>
      <span class="wait">
        Older tasks were not read yet, and have no part in: {names.join(', ')}.
      </span>
      <button
        type="button"
        disabled={open.some(({ at }) => readings[at]?.value.isBusy === true)}
        onClick={() => {
          for (const { at } of open) void readMore(at);
        }}
      >
        Read on
      </button>
    </>
  );
}
