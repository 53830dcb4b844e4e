import type { ListReading } from '../api/listing.ts';

/** The button for the next page of a list, where there is one. */
export function More({ of: { more } }: { readonly of: Pick<ListReading<unknown>, 'more'> }) {
  const next = more.value;
  if (next === null) return null;
  return (
    <p>
      <button type="button" onClick={next}>
        25 more
      </button>
    </p>
  );
}
