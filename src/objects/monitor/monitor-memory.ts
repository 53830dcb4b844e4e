import type { BreachKind, SlaEvidence } from '../../contract/incident.ts';
import { isoOf } from '../../contract/instant.ts';
import type { Check, MonitorConfig, MonitorState } from '../../contract/monitor.ts';
import type { MonitorRow } from '../../db/monitors.ts';
import { NO_VERDICT, slotAt, type Verdict } from '../../domain/monitor.ts';
import type { MonitorStatus } from '../../domain/monitor-view.ts';

/** What a check has come to and D1 has yet to be told. */
export interface Outcome {
  /** Of the check, in milliseconds. */
  readonly at: number;
  readonly state: MonitorState;
  readonly follows: readonly Following[];
}

export type Following =
  | {
      readonly type: 'opened';
      readonly id: string;
      readonly kind: BreachKind;
      readonly summary: string;
      readonly checks: readonly Check[];
      readonly sla: SlaEvidence | null;
    }
  | { readonly type: 'resolved'; readonly kind: BreachKind };

/** All that a monitor knows beside its checks. */
export interface Remembered {
  /** As D1 had it when it was last seen: with D1 away the monitor goes on by it. */
  readonly row: MonitorRow;
  /** It is paused, or its project was deleted. */
  readonly rests: boolean;
  /** Where the schedule begins, and with it what counts for the SLA, in milliseconds. */
  readonly anchor: number;
  /** The last place of the schedule that was taken. */
  readonly slot: number;
  readonly verdict: Verdict;
  /** When it came into its state, in milliseconds; absent where that was before this was kept. */
  readonly since?: number;
  readonly last: Check | null;
  readonly pending: readonly Outcome[];
}

const KEY = 'monitor';
/** D1 is told of so many turns once it is back; nobody waits for the oldest of more. */
export const PENDING_MAX = 100;

/** What another answer would mean: with another of these the checks before say nothing. */
const aimOf = ({ url, method, expectedStatus, bodyContains, intervalSeconds }: MonitorConfig) =>
  JSON.stringify([url, method, expectedStatus, bodyContains, intervalSeconds]);

/** Whether it says since when it is in its state. Earlier releases did not keep that; D1 did. */
export const hasSince = ({ row, since = row.since }: Remembered): boolean => since !== undefined;

/** What it has found, as it is shown. */
export const statusOf = ({ row, verdict, since, last }: Remembered): MonitorStatus => ({
  state: verdict.state,
  stateSince: isoOf(since ?? row.since),
  lastCheckAt: last?.at ?? null,
  lastLatencyMs: last?.latencyMs ?? null,
  consecutiveFailures: verdict.failures,
});

/** The memory of a monitor: one value, so that what belongs together is written together. */
export class MonitorMemory {
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
  }

  read(): Remembered | undefined {
    return this.#kv.get<Remembered>(KEY);
  }

  write(known: Remembered): void {
    this.#kv.put(KEY, known);
  }

  /** Goes on by what D1 says now; older news changes nothing. */
  adopt({ row, rests }: Pick<Remembered, 'row' | 'rests'>, now: number): void {
    const known = this.read();
    if (known === undefined) {
      const fresh = { slot: -1, verdict: NO_VERDICT, last: null, pending: [] };
      this.write({ row, rests, anchor: now, ...fresh });
      return;
    }
    const isSame = known.row.revision === row.revision && known.rests === rests;
    if ((isSame && hasSince(known)) || row.revision < known.row.revision) return;
    const goesOn = aimOf(known.row.config) === aimOf(row.config) && !(known.rests && !rests);
    // In a row is what was asked in the same way without a pause.
    const verdict = { ...known.verdict, failures: 0, successes: 0 };
    const anew = goesOn ? {} : { anchor: now, slot: -1, verdict };
    this.write({ ...known, row, rests, ...anew });
  }

  /** When the next check is due, in milliseconds: the places of the schedule do not move. */
  static dueAt({ anchor, slot, row }: Remembered): number {
    return anchor + (slot + 1) * row.config.intervalSeconds * 1_000;
  }

  static slotNow({ anchor, row }: Remembered, now: number): number {
    return slotAt(anchor, row.config.intervalSeconds * 1_000, now);
  }
}
