import { agentIssuer } from '../../auth/token-issuer.ts';
import type { BundleBlock, BundleManifest } from '../../contract/bundle.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import type { TaskState } from '../../domain/task.ts';
import { blocksFrom, hashAt, prunedTo } from './export-rows.ts';
import type { ReceiptDesk } from './receipt-desk.ts';
import type { ReceiptRow, ReceiptRows } from './receipt-rows.ts';
import type { Relay } from './relay.ts';
import type { TaskReader } from './task-reader.ts';

/** Rows that cross in one piece: some kilobytes each. */
const PAGE_ROWS = 200;
/** A task that is decided on without a pause is exported once there is one. */
const TRIES = 5;

const UNSIGNED = refuse(
  'unavailable',
  'What was decided is not signed yet, for the keys cannot be read.',
);

/** Where an export begins: its first line, and the signature of where it ends. */
export interface ExportHead {
  readonly manifest: BundleManifest;
  readonly environment: string;
  readonly hash: string;
  readonly checkpoint: string;
  /** How many artifacts the task has; those that come later are in no event of it. */
  readonly artifacts: number;
}

/** What an export reads next: after an event, up to where it ends. */
export interface ExportRange {
  readonly actor: Actor;
  readonly after: number;
  readonly to: number;
}

interface Wiring {
  readonly env: Env;
  readonly sql: SqlStorage;
  readonly reader: TaskReader;
  readonly relay: Relay;
  readonly desk: ReceiptDesk;
  readonly rows: ReceiptRows;
}

/** What an export of a task is made of, page by page. What comes after its beginning is not in it. */
export class ExportDoor {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Signs how far the log has come. */
  async begin(actor: Actor, now: number): Promise<Result<ExportHead>> {
    const { env, sql, desk, rows } = this.#wiring;
    const state = await this.#signedState(actor);
    if (!state.ok) return state;
    const { id, projectId, environment, seq } = state.value;
    const exportedAt = new Date(now).toISOString();
    const hash = hashAt(sql, id, seq);
    const blocks = rows.blocksTo(seq);
    const checkpoint = await desk.checkpoint(state.value, {
      ...{ last: seq, hash, at: exportedAt, blocks },
    });
    const pruned = prunedTo(sql, seq);
    const manifest: BundleManifest = {
      ...{ k: 'manifest', v: 1, iss: agentIssuer(env), project: projectId, task: id },
      ...{ firstSeq: 1, lastSeq: seq, pruned: pruned === 0 ? [] : [[1, pruned]], exportedAt },
    };
    const artifacts = state.value.artifacts?.length ?? 0;
    return ok({ manifest, environment, hash, checkpoint, artifacts });
  }

  /** The task at a moment when all that its log proves is signed: what was decided meanwhile is signed too. */
  async #signedState(actor: Actor): Promise<Result<TaskState>> {
    const { reader, relay, desk } = this.#wiring;
    for (let tries = 0; tries < TRIES; tries += 1) {
      await relay.drain('receipts');
      if (relay.isBehind('receipts')) return UNSIGNED;
      const before = reader.visible(actor);
      if (!before.ok) return before;
      await desk.catchUp(before.value);
      if (!relay.isBehind('receipts')) return reader.visible(actor);
    }
    return UNSIGNED;
  }

  blocks({ actor, ...range }: ExportRange): Result<readonly BundleBlock[]> {
    const { sql, reader } = this.#wiring;
    const visible = reader.visible(actor);
    return visible.ok ? ok(blocksFrom(sql, visible.value.id, range)) : visible;
  }

  signed({ actor, after, to }: ExportRange): Result<readonly ReceiptRow[]> {
    const { reader, rows } = this.#wiring;
    const visible = reader.visible(actor);
    return visible.ok ? ok(rows.page(after, to, PAGE_ROWS)) : visible;
  }
}
