import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Actor } from '../../contract/principal.ts';
import type { ReceiptList } from '../../contract/receipt.ts';
import { gateNamed } from '../../domain/gates.ts';
import type { ReceiptRows } from './receipt-rows.ts';
import type { Relay } from './relay.ts';
import type { TaskReader } from './task-reader.ts';

const NO_GATE = refuse('not_found', 'The task has no such gate.');

/** What can be asked of the proofs of a task. */
export class ReceiptsDoor {
  readonly #reader: TaskReader;
  readonly #relay: Relay;
  readonly #rows: ReceiptRows;

  constructor(reader: TaskReader, relay: Relay, rows: ReceiptRows) {
    this.#reader = reader;
    this.#relay = relay;
    this.#rows = rows;
  }

  /** The receipts of the newest instance of this name, or of the one with this id, oldest first. */
  async ofGate(actor: Actor, name: string): Promise<Result<ReceiptList>> {
    const visible = this.#reader.visible(actor);
    if (!visible.ok) return visible;
    const gate = gateNamed(visible.value, name);
    if (gate === undefined) return NO_GATE;
    await this.#relay.drain('receipts');
    return ok({ receipts: [...this.#rows.ofGate(gate.id)] });
  }

  /** The receipt of what was just decided on a gate of this name or id; null where nothing is proven yet. */
  async newest(
    actor: Actor,
    name: string,
    isSentBack: boolean,
  ): Promise<Result<{ receipt: string | null }>> {
    const visible = this.#reader.visible(actor);
    if (!visible.ok) return visible;
    const named = visible.value.gates.filter((gate) => gate.name === name || gate.id === name);
    // Sent back, the gate is asked again: what was decided is the instance before.
    const decided = isSentBack
      ? named.findLast(({ state }) => state === 'changes-requested')
      : named.at(-1);
    if (decided === undefined) return ok({ receipt: null });
    return ok({ receipt: await this.signed(decided.id) });
  }

  /** The receipt of what has happened last at an instance; null while it cannot be signed. */
  async signed(gateId: string): Promise<string | null> {
    await this.#relay.drain('receipts');
    // The newest one is of something earlier until all are signed.
    if (this.#relay.isBehind('receipts')) return null;
    return this.#rows.newestOf(gateId);
  }
}
