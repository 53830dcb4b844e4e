import type { Api } from '../faults/api.ts';
import type { EdgeServer } from '../faults/edge-server.ts';
import type { Random } from '../faults/random.ts';
import type { Report } from '../faults/report.ts';
import { pause } from '../faults/until.ts';
import type { Endpoint, Endpoints } from './endpoints.ts';
import type { ArrivalLedger } from './ledger.ts';

/** What every part of a run shares. */
export interface World {
  readonly server: EdgeServer;
  readonly api: Api;
  readonly report: Report;
  readonly random: Random;
  readonly ledger: ArrivalLedger;
  readonly endpoints: Endpoints;
  /** Events that were acknowledged, as `type incident`. */
  readonly acknowledged: Set<string>;
  /** When the run has to be over, in milliseconds of `performance.now()`. */
  readonly deadline: number;
}

const PROGRESS_MS = 2_000;
const POLL_MS = 50;

/** Waits until each of these endpoints has taken so many events, and says how far they are. */
export const arrive = async (
  { ledger, report, deadline }: World,
  endpoints: readonly Endpoint[],
  events: number,
): Promise<boolean> => {
  const counts = () => endpoints.map(({ receiver }) => ledger.countTaken(receiver.name));
  let saidAt = performance.now();
  for (;;) {
    const now = counts();
    if (now.every((count) => count >= events)) return true;
    if (performance.now() > deadline) return false;
    if (performance.now() - saidAt > PROGRESS_MS) {
      saidAt = performance.now();
      report.say(`  arrived, of ${events}: ${now.join(' ')}`);
    }
    await pause(POLL_MS);
  }
};
