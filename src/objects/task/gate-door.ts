import { ok, type Result, refuse } from '../../contract/error.ts';
import type { GateAnswer } from '../../contract/gate.ts';
import { fromJsonText, type JsonText, toJsonText } from '../../contract/json-text.ts';
import type { Actor } from '../../contract/principal.ts';
import type { Kept, Key } from '../../contract/reply.ts';
import {
  type FactsNeeded,
  factsNeeded,
  factsNeededToEdit,
} from '../../domain/decide/gate/weigh-votes.ts';
import type { DecideGate, EditGate } from '../../domain/gate-command.ts';
import { gateNamed } from '../../domain/gates.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { TaskState } from '../../domain/task.ts';
import { gateAnswer } from '../../domain/view.ts';
import type { Waiters } from '../waiters.ts';
import type { TaskReader } from './task-reader.ts';

/** Who edits an action approves it, so it hangs on the same. */
type Decision = DecideGate | EditGate;

const neededFor = (state: TaskState, command: Decision): FactsNeeded | null =>
  command.type === 'decide-gate' ? factsNeeded(state, command) : factsNeededToEdit(state, command);

interface Wiring {
  readonly reader: TaskReader;
  readonly waiters: Waiters;
  readonly dispatch: (text: JsonText<Decision>, key: Key) => Promise<JsonText<Kept<Outcome>>>;
}

export interface GateWait {
  readonly actor: Actor;
  readonly gate: string;
  /** What is known already. */
  readonly state: string;
  readonly waitMs: number;
}

/** What the task answers to a decision: what came of it, or what it has to know of the project first. */
export type DecisionAnswer =
  | { readonly done: Kept<Outcome> }
  | { readonly needs: FactsNeeded & { readonly projectId: string } };

/** What can be asked of a task's gates. */
export class GateDoor {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Decides at once where the decision hangs on nothing but the task; else says what has to be looked up. */
  async decide(text: JsonText<Decision>, key: Key = null): Promise<JsonText<DecisionAnswer>> {
    const command = fromJsonText(text);
    const visible = this.#wiring.reader.visible(command.actor);
    if (visible.ok && command.facts === undefined) {
      const needed = neededFor(visible.value, command);
      const { projectId } = visible.value;
      if (needed !== null) return toJsonText({ needs: { ...needed, projectId } });
    }
    return toJsonText({ done: fromJsonText(await this.#wiring.dispatch(text, key)) });
  }

  /** The gate as soon as its state is another than the known one, at the latest after `waitMs`. */
  async wait({ actor, gate, state, waitMs }: GateWait): Promise<Result<JsonText<GateAnswer>>> {
    const look = (): Result<GateAnswer> => {
      const visible = this.#wiring.reader.visible(actor);
      if (!visible.ok) return visible;
      const { task } = actor;
      if (task !== undefined && task.id !== visible.value.id) {
        return refuse('agent_forbidden', 'An agent may only touch its own task.');
      }
      return ok(gateAnswer(visible.value, gateNamed(visible.value, gate)));
    };
    const found = (value: Result<GateAnswer>): boolean =>
      !value.ok || (value.value.state ?? value.value.status) !== state;
    const answer = await this.#wiring.waiters.until(look, found, Date.now() + waitMs);
    return answer.ok ? ok(toJsonText(answer.value)) : answer;
  }
}
