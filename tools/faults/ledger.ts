// What the server has acknowledged, what is in doubt, and what it has refused.
import type { TaskEventType } from '../../src/contract/event.ts';
import type { Outcome } from './api.ts';

export type Standing = 'acknowledged' | 'in-doubt' | 'refused';

/** A write that one event of the log tells of by its mark. */
export interface Fact {
  readonly taskId: string;
  readonly what: string;
  /** Any of these may tell of it. */
  readonly types: readonly TaskEventType[];
  readonly mark: string;
  readonly standing: Standing;
}

/** Writes of one kind that bear no mark: as many events as were acknowledged, and perhaps those in doubt. */
export interface Tally {
  readonly taskId: string;
  readonly type: TaskEventType;
  readonly acknowledged: number;
  readonly inDoubt: number;
}

export interface Creation {
  readonly description: string;
  readonly standing: Standing;
  readonly taskId?: string;
}

const RANK = { refused: 0, 'in-doubt': 1, acknowledged: 2 } as const;

/** The same write may be sent again: the best that was heard of it counts. */
const better = (one: Standing, other: Standing | undefined): Standing =>
  other !== undefined && RANK[other] > RANK[one] ? other : one;

export const standingOf = ({ kind }: Outcome<unknown>): Standing =>
  kind === 'unsent' ? 'refused' : kind;

export class Ledger {
  readonly creations = new Map<string, Creation>();
  readonly #facts = new Map<string, Fact>();
  readonly #tallies = new Map<string, Tally>();

  note(fact: Fact): void {
    const key = [fact.taskId, fact.types.join(), fact.mark].join(' ');
    const before = this.#facts.get(key);
    this.#facts.set(key, { ...fact, standing: better(fact.standing, before?.standing) });
  }

  tally(taskId: string, type: TaskEventType, standing: Standing): void {
    const key = `${taskId} ${type}`;
    const { acknowledged, inDoubt } = this.#tallies.get(key) ?? { acknowledged: 0, inDoubt: 0 };
    this.#tallies.set(key, {
      taskId,
      type,
      acknowledged: acknowledged + (standing === 'acknowledged' ? 1 : 0),
      inDoubt: inDoubt + (standing === 'in-doubt' ? 1 : 0),
    });
  }

  /** A task that was asked for; its description is its mark. */
  create(creation: Creation): void {
    this.creations.set(creation.description, creation);
  }

  /** Every task that anything is known of: its creation, or a lease of it. */
  taskIds(): readonly string[] {
    const created = [...this.creations.values()].flatMap(({ taskId }) => taskId ?? []);
    return [...new Set([...created, ...[...this.#facts.values()].map(({ taskId }) => taskId)])];
  }

  factsOf(taskId: string): readonly Fact[] {
    return [...this.#facts.values()].filter((fact) => fact.taskId === taskId);
  }

  talliesOf(taskId: string): readonly Tally[] {
    return [...this.#tallies.values()].filter((tally) => tally.taskId === taskId);
  }

  count(standing: Standing): number {
    const all = [...this.#facts.values(), ...this.creations.values()];
    const tallied = [...this.#tallies.values()].reduce(
      (sum, { acknowledged, inDoubt }) =>
        sum +
        (standing === 'acknowledged' ? acknowledged : 0) +
        (standing === 'in-doubt' ? inDoubt : 0),
      0,
    );
    return all.filter((one) => one.standing === standing).length + tallied;
  }
}
