import { ok, type Result, refuse } from '../../contract/error.ts';
import type { GateConsumed } from '../../contract/gate-request.ts';
import type { Actor } from '../../contract/principal.ts';
import type { Kept, Key } from '../../contract/reply.ts';
import type { Command } from '../../domain/command.ts';
import type { ConsumeGate, RequestGate } from '../../domain/gate-command.ts';
import { gateNamed } from '../../domain/gates.ts';
import { gateRecords, type HeldGate, heldGate } from '../../domain/holder-gates.ts';
import { gateView } from '../../domain/view.ts';
import type { ReceiptsDoor } from './receipts-door.ts';
import type { TaskReader } from './task-reader.ts';
import type { TaskReplies } from './task-replies.ts';
import type { Telling } from './telling.ts';

interface Wiring {
  readonly reader: TaskReader;
  readonly replies: TaskReplies;
  readonly telling: Telling;
  readonly apply: (command: Command) => Result<number>;
  readonly proofs: Pick<ReceiptsDoor, 'signed'>;
}

export interface Requested {
  readonly gate: HeldGate;
  readonly isNew: boolean;
}

/** What the lease holder and its agent ask at the gates of a task. */
export class HolderGateDoor {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** The gate as this actor sees it; null for a name that the task does not have. */
  seen(actor: Actor, name: string): Result<HeldGate | null> {
    const visible = this.#wiring.reader.visible(actor);
    if (!visible.ok) return visible;
    const { value: state } = visible;
    const gate = gateNamed(state, name);
    if (gate === undefined) return ok(null);
    const seen = gateView(state, gate);
    const isHolder = actor.kind === 'runner' && actor.id === state.lease?.runnerId;
    const { acceptanceCriteria } = state;
    const asks = acceptanceCriteria === undefined ? {} : { acceptanceCriteria };
    return ok({ ...(isHolder ? heldGate(state, seen) : gateRecords(seen)), ...asks });
  }

  async request(command: RequestGate, key: Key = null): Promise<Kept<Requested>> {
    const { actor, name } = command;
    const { replies, apply } = this.#wiring;
    return this.#told(
      replies.once(key, command, (): Result<Requested> => {
        const before = this.seen(actor, name);
        const applied = before.ok ? apply(command) : before;
        if (!applied.ok) return applied;
        const after = this.seen(actor, name);
        if (!after.ok) return after;
        if (after.value === null) return refuse('not_found', 'Gate not found');
        const earlier = before.ok ? before.value?.id : undefined;
        return ok({ gate: after.value, isNew: earlier !== after.value.id });
      }),
    );
  }

  async consume(command: ConsumeGate, key: Key = null): Promise<Kept<GateConsumed>> {
    const { actor, gateId } = command;
    const { replies, apply, proofs } = this.#wiring;
    const used = await this.#told(
      replies.once(key, command, (): Result<GateConsumed> => {
        const applied = apply(command);
        if (!applied.ok) return applied;
        const gate = this.seen(actor, gateId);
        if (!gate.ok) return gate;
        if (gate.value === null) return refuse('not_found', 'Gate not found');
        return ok({ ok: true, action: gate.value.action });
      }),
    );
    if (!used.ok) return used;
    const receipt = await proofs.signed(gateId);
    return receipt === null ? used : { ...used, value: { ...used.value, receipt } };
  }

  /** Answered once others have heard. */
  #told<T>(done: T): Promise<T> {
    return this.#wiring.telling.settled().then(() => done);
  }
}
