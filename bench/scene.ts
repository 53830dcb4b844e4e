// What every measure is given: the two subjects, how long it may take, and where its findings go.
import type { Finding } from './report.ts';
import type { Subject } from './subject.ts';

/** How much is done for each measure. */
export interface Effort {
  readonly rounds: number;
  readonly roundMs: number;
  /** Events of the logs that are compared, small and large. */
  readonly log: { readonly small: number; readonly large: number };
  readonly listing: { readonly small: number; readonly large: number };
  /** Tasks that are queued. */
  readonly queue: { readonly small: number; readonly large: number };
}

/** What the bounds are made for. */
export const FULL: Effort = {
  // Many short rounds: what else the machine does comes in bursts, and the middle of the pairs is free of them.
  rounds: 15,
  roundMs: 200,
  log: { small: 1_000, large: 100_000 },
  listing: { small: 1_000, large: 1_000_000 },
  queue: { small: 10, large: 10_000 },
};

/** A smoke: every measure runs, and no number of it means much. */
export const QUICK: Effort = {
  rounds: 2,
  roundMs: 150,
  log: { small: 1_000, large: 10_000 },
  listing: { small: 1_000, large: 20_000 },
  queue: { small: 10, large: 1_000 },
};

/** The subjects and what to do with them. */
export interface Scene {
  readonly real: Subject;
  readonly skeleton: Subject;
  readonly effort: Effort;
  /** A directory of this run, for further servers. */
  readonly directory: string;
  readonly note: (finding: Finding) => void;
}

/** A measure has one name for `--only` and may bring several findings. */
export interface Measure {
  readonly name: string;
  readonly run: (scene: Scene) => Promise<void>;
}
