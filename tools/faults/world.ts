import type { Api } from './api.ts';
import type { EdgeServer } from './edge-server.ts';
import type { Ledger } from './ledger.ts';
import type { Report } from './report.ts';

/** What everybody who takes part in a run shares. */
export interface World {
  readonly server: EdgeServer;
  readonly api: Api;
  readonly ledger: Ledger;
  readonly report: Report;
  /** Where this part keeps its state, its repository and its logs. */
  readonly dir: string;
}
