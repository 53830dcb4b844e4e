import type { Result } from '../../contract/error.ts';
import { budgetOf } from '../../domain/budget/limits.ts';
import { needsSlice } from '../../domain/budget/slice.ts';
import type { Command } from '../../domain/command.ts';
import type { TaskState } from '../../domain/task.ts';
import { projectDoor } from '../../rpc/stubs.ts';

/** So long nothing is asked again after a no, or where nobody answers. */
const AGAIN_MS = 5_000;

interface Wiring {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly state: () => TaskState | null;
  readonly apply: (command: Command) => Result<number>;
  readonly settle: () => void;
}

/** Asks the project for more of the day in time. Without an answer what is reserved may be spent, and no more. */
export class SliceAsker {
  readonly #wiring: Wiring;
  #isAsking = false;
  #notBefore = 0;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Looks whether it is time. Nobody waits for it. */
  look(now: number): void {
    const state = this.#wiring.state();
    if (state === null || this.#isAsking || now < this.#notBefore) return;
    if (!needsSlice(state, now)) return;
    this.#isAsking = true;
    const asked = this.#ask(state).catch(() => false);
    const ended = asked.then((isKept) => {
      this.#isAsking = false;
      if (!isKept) this.#notBefore = Date.now() + AGAIN_MS;
    });
    this.#wiring.ctx.waitUntil(ended);
  }

  async #ask(state: TaskState): Promise<boolean> {
    const { env, apply, settle } = this.#wiring;
    const { lease, id, projectId, spent } = state;
    if (lease === undefined) return true;
    const { leaseId } = lease;
    const upTo = budgetOf(state).slice?.upToMicros ?? 0;
    const draw = { taskId: id, leaseId, spent: spent.costMicros, upTo };
    const drawn = await projectDoor(env, projectId, 'ledger').draw(draw, Date.now());
    if (drawn.slice === undefined && drawn.none === undefined) return false;
    const { slice, none } = drawn;
    apply({ type: 'note-slice', now: Date.now(), leaseId, slice, none });
    settle();
    return slice !== undefined;
  }
}
