import { isOpenMode } from '../../auth/origin.ts';
import { receiptSigner } from '../../auth/receipt-keys.ts';
import { signProof } from '../../auth/sign-proof.ts';
import { agentIssuer } from '../../auth/token-issuer.ts';
import {
  CHECKPOINT_EVENTS,
  CHECKPOINT_TYPE,
  type Checkpoint,
  RECEIPT_TYPE,
  type Receipt,
} from '../../contract/receipt.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { END_EVENTS, roundsBetween } from '../../domain/checkpoint.ts';
import { gateNonce } from '../../domain/gate-binding.ts';
import type { Claims } from '../../domain/receipt.ts';
import { PROVEN_EVENTS } from '../../domain/receipt.ts';
import { isEnded, type TaskState } from '../../domain/task.ts';
import { hasDecisions } from './gate-audit.ts';
import type { ProofClaims } from './proof-claims.ts';
import type { ReceiptRows, SignedBlock } from './receipt-rows.ts';
import type { Consumer, Told } from './relay.ts';

interface Wiring {
  readonly env: Env;
  readonly rows: ReceiptRows;
  readonly claims: ProofClaims;
}

const concerns = (state: TaskState): boolean =>
  hasDecisions(state) || isEnded(state.status) || state.seq >= CHECKPOINT_EVENTS;

/**
 * Signs what a task's log proves. It hears of it like everybody else, once it is durable: a decision stands whether it
 * can be signed at the moment or not, and what was not signed is signed by the alarm.
 */
export class ReceiptDesk {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  get consumer(): Consumer {
    return {
      name: 'receipts',
      wants: new Set([...PROVEN_EVENTS, ...END_EVENTS]),
      every: CHECKPOINT_EVENTS,
      awaits: PROVEN_EVENTS,
      concerns,
      deliver: (told) => this.#sign(told),
    };
  }

  /** Signs the rounds that nobody was told of, for the object slept: before an export nothing is left. */
  catchUp(state: TaskState): Promise<void> {
    return this.#sign({ state, events: () => [] });
  }

  async #sign({ state, events }: Told): Promise<void> {
    const { rows, claims } = this.#wiring;
    let before = rows.newest() ?? { seq: 0, blockLast: 0, blocks: 0 };
    const told = events().filter(({ seq }) => seq > before.seq);
    const proven = claims.take(told);
    const seqs = [...told.map(({ seq }) => seq), ...roundsBetween(before.blockLast, state.seq)];
    for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
      const block = rows.blockOf(seq);
      const isSigned = block.last === before.blockLast;
      const blocks = before.blocks + rows.blocksBetween(before.blockLast, block.last);
      const said = proven.get(seq);
      const receipt = said === undefined ? null : await this.#receipt(state, said, block);
      const checkpoint = isSigned ? null : await this.checkpoint(state, { ...block, blocks });
      if (receipt === null && checkpoint === null) continue;
      const row = { seq, receipt, checkpoint, blockLast: block.last, blocks };
      rows.insert({ ...row, gateId: said?.gate.id ?? null });
      before = row;
    }
    claims.forget(proven);
  }

  #receipt(state: TaskState, { seq, open, ...said }: Claims, block: SignedBlock): Promise<string> {
    const { env } = this.#wiring;
    const receipt: Receipt = {
      ...said,
      iss: agentIssuer(env),
      // What binds it to the one use of its gate; gates of old logs have none.
      nonce: said.bindingHash === null ? null : gateNonce(state, said.gate.id),
      log: { seq, hash: block.hash },
      assurance: open || isOpenMode(env) ? 'open' : 'verified',
    };
    return this.#signed(RECEIPT_TYPE, receipt, said.iat * 1_000);
  }

  /** How far the log had come at a block. */
  checkpoint(
    { id, projectId }: TaskState,
    { last, hash, at, blocks }: SignedBlock & { readonly blocks: number },
  ): Promise<string> {
    const iss = agentIssuer(this.#wiring.env);
    const said: Checkpoint = {
      ...{ v: 1, iss, project: projectId, task: id },
      ...{ seq: last, hash, blocks, at },
    };
    return this.#signed(CHECKPOINT_TYPE, said, Date.parse(at));
  }

  async #signed(type: string, said: Receipt | Checkpoint, atMs: number): Promise<string> {
    const signer = await receiptSigner(this.#wiring.env, atMs, Date.now());
    return signProof(signer, type, canonicalJson(said));
  }
}
