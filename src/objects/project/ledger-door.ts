import type { ProjectBudget } from '../../contract/budget.ts';
import type { Draw, Drawn, LedgerDesk } from './ledger-desk.ts';

/** What can be asked of the day's budget. */
export class LedgerDoor {
  readonly #ledger: LedgerDesk;

  constructor(ledger: LedgerDesk) {
    this.#ledger = ledger;
  }

  /** A task asks for more, and says what it has spent. */
  draw(draw: Draw, now: number): Drawn {
    return this.#ledger.draw(draw, now);
  }

  /** The day, and the tasks that money is kept for in these environments or in all. */
  read(environments: readonly string[] | null, now: number): ProjectBudget {
    return this.#ledger.read(environments, now);
  }
}
