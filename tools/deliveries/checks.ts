// What is compared when all is at rest. Pure, so that a test can plant a fault.
import type { Violation } from '../faults/report.ts';

/** An event as the project keeps it. */
export interface Kept {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly incidentId: string | null;
}

const SHOWN = 5;

const some = (what: string, ids: readonly string[]): readonly Violation[] =>
  ids.length === 0
    ? []
    : [{ what: `${ids.length} ${what}`, evidence: ids.slice(0, SHOWN).join(', ') }];

/** The numbers of a project count up by one. */
export const checkGapless = (kept: readonly Kept[]): readonly Violation[] =>
  some(
    'events do not follow their predecessor',
    kept.filter(({ sequence }, index) => sequence !== index + 1).map(({ id }) => id),
  );

/** What was answered with 2xx has happened. `acknowledged`: `type incident`. */
export const checkAcknowledged = (
  acknowledged: ReadonlySet<string>,
  kept: readonly Kept[],
): readonly Violation[] => {
  const known = new Set(kept.map(({ type, incidentId }) => `${type} ${incidentId}`));
  return some(
    'acknowledged changes have no event',
    [...acknowledged].filter((one) => !known.has(one)),
  );
};

/** An endpoint has every event that there is. */
export const checkArrived = (
  name: string,
  taken: ReadonlySet<string>,
  kept: readonly Kept[],
): readonly Violation[] =>
  some(
    `events never reached ${name}`,
    kept.filter(({ id }) => !taken.has(id)).map(({ id }) => id),
  );

/** First arrivals of an endpoint that wants its events in order. */
export const checkOrder = (name: string, sequences: readonly number[]): readonly Violation[] =>
  some(
    `events came to ${name} before one that happened earlier`,
    sequences
      .filter((sequence, index) => sequence < (sequences[index - 1] ?? 0))
      .map((sequence) => String(sequence)),
  );
