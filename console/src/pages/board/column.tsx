import { Status } from '../../parts/status.tsx';
import { Card } from './card.tsx';
import { type ColumnKind, STEP } from './columns.ts';
import { readings, readMore } from './readings.ts';
import { groups, type Row, shownMax } from './shown.ts';

interface ColumnProps {
  readonly kind: ColumnKind;
  readonly at: number;
  readonly rows: readonly Row[];
}

/** The tasks of a column, the first fifty of them until more are wanted. */
export function Column({ kind, at, rows }: ColumnProps) {
  const max = shownMax.value[at] ?? STEP;
  const reading = readings[at]?.value;
  const hasMore = reading?.cursor != null;
  const [status = ''] = kind.statuses;
  return (
    <section class={rows.length === 0 ? 'column none' : 'column'} aria-label={kind.name}>
      <h2>
        <Status status={status} text="" /> {kind.name}{' '}
        <span class="muted">
          {rows.length}
          {hasMore && '+'}
        </span>
      </h2>
      <ul class="cards">
        {rows.slice(0, max).map((row) => (
          <Card key={row.peek().id} row={row} />
        ))}
      </ul>
      {reading?.refusal != null && (
        <p class="small bad" role="alert">
          {reading.refusal.message}
        </p>
      )}
      {(hasMore || rows.length > max) && (
        <button type="button" disabled={reading?.isBusy === true} onClick={() => showMore(at)}>
          {STEP} more
        </button>
      )}
    </section>
  );
}

/** Shows fifty more of a column, and reads on where those that are known do not do. */
export function showMore(at: number): void {
  const max = (shownMax.peek()[at] ?? STEP) + STEP;
  shownMax.value = shownMax.peek().map((one, index) => (index === at ? max : one));
  if ((groups.peek()[at]?.length ?? 0) < max) void readMore(at);
}
