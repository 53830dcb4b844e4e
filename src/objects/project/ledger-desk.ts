import type { ProjectBudget } from '../../contract/budget.ts';
import type { BudgetScope } from '../../contract/event-budget.ts';
import type { ReservedSlice } from '../../domain/budget/budget-command.ts';
import { type Account, type Reserved, reserve } from '../../domain/budget/ledger.ts';
import { dayOf } from '../../domain/metrics/days.ts';
import type { Purse, Queued, QueueEntry } from '../../domain/queue.ts';
import type { LedgerTable } from './ledger-table.ts';
import type { ProjectConfig } from './project-config.ts';
import type { QueueTable } from './queue-table.ts';

const KEPT_MS = 86_400_000;
const LISTED = 100;
/** Of subtasks, with room to spare. */
const DEPTH = 8;

const dollars = (micros: number): number => micros / 1_000_000;
const dateOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

type Holder = Pick<Queued, 'taskId' | 'purse'>;

/** More money for a lease, as its task asks for it. */
export interface Draw {
  readonly taskId: string;
  readonly leaseId: string;
  readonly spent: number;
  /** Up to where the task knows that it may spend. */
  readonly upTo: number;
}

/** A lease's part of the day, or why there is none. */
export interface Drawn {
  readonly slice?: ReservedSlice;
  readonly none?: BudgetScope;
}

interface Wiring {
  readonly ledger: LedgerTable;
  readonly queue: QueueTable;
  readonly config: ProjectConfig;
}

/** Keeps the day's budget: what is reserved for leases and what they have spent. Each call is one transaction. */
export class LedgerDesk {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  day(now: number): Account {
    const { ledger, config } = this.#wiring;
    return {
      limit: Math.round(config.limits.dailyBudget * 1_000_000),
      spent: ledger.spentOn(dayOf(now)),
      reserved: ledger.reserved(),
    };
  }

  /** Why nothing can be reserved for a task; null: something can, or its money is not known. */
  brokeAt(holder: Holder, now: number, day: Account): BudgetScope | null {
    if (holder.purse === undefined) return null;
    const reserved = this.#reserve(holder.purse, now, day);
    return reserved.ok ? null : reserved.scope;
  }

  /** Reserves a part of the day for a lease that is about to be asked for. */
  reserve({ taskId, purse }: Holder, leaseId: string, now: number): Drawn {
    const { ledger } = this.#wiring;
    if (purse === undefined) return {};
    ledger.freeOld(now);
    ledger.free(taskId, null);
    const day = this.day(now);
    const reserved = this.#reserve(purse, now, day);
    if (!reserved.ok) return { none: reserved.scope };
    const { slice, headroom } = reserved.value;
    ledger.keep(taskId, { leaseId, upTo: purse.spent + slice, headroom }, now);
    return { slice: sliceOf(reserved.value, day, now) };
  }

  /** What is kept for a lease that was asked for before; undefined where nothing is. */
  keptFor(lease: { readonly taskId: string; readonly leaseId: string }, now: number) {
    const { ledger, queue } = this.#wiring;
    const kept = ledger.keptFor(lease.taskId);
    if (kept?.leaseId !== lease.leaseId) return undefined;
    const { headroom } = kept;
    const slice = Math.max(0, kept.upTo - (queue.purseOf(lease.taskId)?.spent ?? 0));
    const day = this.day(now);
    return sliceOf({ slice, headroom }, { ...day, reserved: day.reserved - slice - headroom }, now);
  }

  /** Reserves the next part. Asked again for the same, it answers what it has kept already. */
  draw({ taskId, leaseId, spent, upTo }: Draw, now: number): Drawn {
    const { ledger, queue } = this.#wiring;
    const purse = queue.purseOf(taskId);
    if (purse === null) return {};
    this.#count(purse.spent, spent, now);
    if (spent > purse.spent) ledger.setSpent(taskId, spent);
    const kept = ledger.keptFor(taskId);
    if (kept !== null && kept.leaseId !== leaseId) return {};
    const base = Math.max(kept?.upTo ?? 0, spent);
    if (kept !== null && kept.upTo > upTo && kept.upTo > spent) {
      const again = { slice: kept.upTo - upTo, headroom: kept.headroom };
      const told = sliceOf(again, this.day(now), now);
      return { slice: { ...told, upToMicros: kept.upTo } };
    }
    const day = this.day(now);
    // What is left of its headroom is kept already.
    const left = kept === null ? 0 : Math.max(0, kept.upTo + kept.headroom - spent);
    const own = Math.min(kept?.headroom ?? 0, left);
    const free = { ...day, reserved: day.reserved - own };
    const reserved = this.#reserve({ ...purse, spent }, now, free, own);
    if (!reserved.ok) return { none: reserved.scope };
    const { slice, headroom } = reserved.value;
    ledger.keep(taskId, { leaseId, upTo: base + slice, headroom }, now);
    return { slice: { ...sliceOf(reserved.value, free, now), upToMicros: base + slice } };
  }

  /** A task says how it stands; `before`: what it was known to have spent. Its lease gives back what it has not used. */
  heard({ taskId, leased, money }: QueueEntry, before: number | null, now: number): void {
    if (money === undefined) return;
    this.#count(before, money.spent, now);
    if (!leased && money.leaseId !== null) this.#wiring.ledger.free(taskId, money.leaseId);
  }

  /** Gives back what was reserved for a lease that was never granted, or whichever. */
  free(taskId: string, leaseId: string | null = null): void {
    this.#wiring.ledger.free(taskId, leaseId);
  }

  /** What is kept for the leases of these environments, or of all. */
  reservedIn(environments: readonly string[] | null): number {
    return this.#wiring.ledger.reserved(environments);
  }

  read(environments: readonly string[] | null, now: number): ProjectBudget {
    const { limit, spent, reserved } = this.day(now);
    const tasks = this.#wiring.ledger.tasks(LISTED, environments);
    return {
      day: dateOf(now),
      limit: dollars(limit),
      spent: dollars(spent),
      reserved: dollars(reserved),
      tasks: tasks.map((task) => ({
        taskId: task.taskId,
        spent: dollars(task.spent),
        reserved: dollars(task.reserved),
      })),
    };
  }

  #count(before: number | null, spent: number, now: number): void {
    // What a task had spent before anything was counted is no day's.
    const more = before === null ? 0 : spent - before;
    if (more > 0) this.#wiring.ledger.spend(dayOf(now), more);
  }

  #reserve(purse: Purse, now: number, day: Account, kept = 0) {
    const isToday = purse.dayLimit?.day === dateOf(now);
    const limit = isToday ? Math.max(day.limit, purse.dayLimit?.limit ?? 0) : day.limit;
    const spent = Math.max(purse.spent, purse.withSubtasks);
    const own = { limit: purse.limit, spent, reserved: 0 };
    return reserve({ ...day, limit }, own, this.#parentsOf(purse, kept));
  }

  #family(taskId: string, told: number): { readonly spent: number; readonly reserved: number } {
    const family = this.#wiring.ledger.family(taskId);
    return { ...family, spent: Math.max(family.spent, told) };
  }

  /** Every task above it: what it gets comes out of what they have left. */
  #parentsOf({ parentId }: Purse, kept: number): Account[] {
    const parents: Account[] = [];
    let id = parentId;
    while (id !== null && parents.length < DEPTH) {
      const purse = this.#wiring.queue.purseOf(id);
      if (purse === null) break;
      const { spent, reserved } = this.#family(id, purse.withSubtasks);
      parents.push({ limit: purse.limit, spent, reserved: reserved - kept });
      id = purse.parentId;
    }
    return parents;
  }
}

function sliceOf({ slice, headroom }: Reserved, day: Account, now: number): ReservedSlice {
  return {
    sliceMicros: slice,
    headroomMicros: headroom,
    until: new Date(now + KEPT_MS).toISOString(),
    daily: {
      limitMicros: day.limit,
      spentMicros: day.spent,
      reservedMicros: day.reserved + slice + headroom,
    },
  };
}
