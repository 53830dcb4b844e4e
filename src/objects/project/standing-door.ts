import { ok, type Result, refuse } from '../../contract/error.ts';
import type { AskedAction } from '../../contract/gate-action.ts';
import type { Kept, Key } from '../../contract/reply.ts';
import {
  type KeptStanding,
  matchesAction,
  type StandingUse,
  unusedStanding,
  useStanding,
} from '../../domain/standing.ts';
import type { KeptReplies } from '../kept-replies.ts';
import type { StandingTable } from './standing-table.ts';

const GONE = refuse('not_found', 'Standing approval not found');

/** What can be asked of a project about its standing approvals. */
export class StandingDoor {
  readonly #table: StandingTable;
  readonly #replies: KeptReplies;

  constructor(table: StandingTable, replies: KeptReplies) {
    this.#table = table;
    this.#replies = replies;
  }

  list(now: number): KeptStanding[] {
    return this.#table.live(now);
  }

  find(id: string): KeptStanding | null {
    return this.#table.find(id);
  }

  add(standing: KeptStanding, max: number, key: Key = null): Kept<KeptStanding> {
    const now = Date.parse(standing.createdAt);
    return this.#replies.once(key, () => this.#table.add(standing, max, now));
  }

  remove(id: string): boolean {
    return this.#table.remove(id);
  }

  /** Those that an action could use, oldest first. */
  matching(action: AskedAction, now: number): KeptStanding[] {
    return this.#table.live(now).filter(({ match }) => matchesAction(match, action));
  }

  /** Counts a use before anything is approved by it, so that no crash makes it more than were agreed to. */
  take(id: string, use: StandingUse): Result<KeptStanding> {
    const standing = this.#table.find(id);
    if (standing === null) return GONE;
    const used = useStanding(standing, use);
    if (used.ok) this.#table.put(used.value);
    return used;
  }

  /** Nothing was approved by a use that was counted. */
  giveBack(id: string): Result<null> {
    const standing = this.#table.find(id);
    if (standing === null) return GONE;
    this.#table.put(unusedStanding(standing));
    return ok(null);
  }
}
