import { setQuery } from '../../routing/place.ts';
import { BREAKDOWNS, type Breakdown, MEASURES, type Measure } from './usage-sums.ts';
import { lastDays } from './usage-window.ts';

interface UsageFiltersProps {
  readonly window: { readonly from: string; readonly to: string };
  readonly by: Breakdown;
  readonly of: Measure;
}

const SPANS: readonly number[] = [7, 30, 90, 365];

/** Which days, what is measured and what is told apart; the address keeps it. */
export function UsageFilters({ window, by, of }: UsageFiltersProps) {
  return (
    <div class="row">
      <fieldset class="row" aria-label="Days">
        {SPANS.map((days) => {
          const span = lastDays(days, Date.now());
          const isOn = span.from === window.from && span.to === window.to;
          return (
            <button key={days} type="button" aria-pressed={isOn} onClick={() => setQuery(span)}>
              {days} days
            </button>
          );
        })}
        <DateField name="from" value={window.from} />
        <DateField name="to" value={window.to} />
      </fieldset>
      <fieldset class="row" aria-label="What is measured">
        {MEASURES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === of}
            onClick={() => setQuery({ of: one })}
          >
            {one}
          </button>
        ))}
      </fieldset>
      <label class="row">
        by
        <select value={by} onChange={(event) => setQuery({ by: event.currentTarget.value })}>
          {BREAKDOWNS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

function DateField({ name, value }: { readonly name: 'from' | 'to'; readonly value: string }) {
  return (
    <label class="row">
      {name}
      <input
        type="date"
        value={value}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}
