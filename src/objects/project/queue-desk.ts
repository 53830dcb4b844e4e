import type { Dependency } from '../../contract/event-subtask.ts';
import type { QueueAnswer } from '../../contract/runner.ts';
import type { WaitingFor } from '../../contract/task.ts';
import type { Account } from '../../domain/budget/ledger.ts';
import {
  compareEntries,
  fits,
  isLimited,
  type QueueFacts,
  type Waiting,
} from '../../domain/queue.ts';
import type { DependencyTable } from './dependency-table.ts';
import type { LeaseTable } from './lease-table.ts';
import type { LedgerDesk } from './ledger-desk.ts';
import type { ProjectConfig } from './project-config.ts';
import type { QueueTable } from './queue-table.ts';
import type { RunnerTable } from './runner-table.ts';

const LIST_MAX = 100;

/** Why a task waits, as far as its project knows. */
export interface Explanation {
  waitingFor: WaitingFor;
  waitingDetail: Record<string, string | number | string[] | Dependency[]>;
}

interface Wiring {
  readonly queue: QueueTable;
  readonly leases: LeaseTable;
  readonly runners: RunnerTable;
  readonly dependencies: DependencyTable;
  readonly config: ProjectConfig;
  readonly ledger: LedgerDesk;
}

/** What the queue knows of itself: who may be picked, and why the others wait. */
export class QueueDesk {
  readonly #wiring: Wiring;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** What a rule of the queue looks at. Each look is made once. */
  facts(): QueueFacts {
    const { leases, runners, config, ledger } = this.#wiring;
    const now = Date.now();
    let day: Account | undefined;
    const online = new Map<string, boolean>();
    const running = new Map<string, number>();
    const once = <T>(known: Map<string, T>, key: string, look: () => T): T => {
      const value = known.get(key) ?? look();
      known.set(key, value);
      return value;
    };
    return {
      now,
      running: leases.count(),
      limit: config.limits.maxConcurrentTasks,
      isEnabled: (agent) => config.isEnabled(agent),
      isOnline: (id) => once(online, id, () => runners.isOnline(id, now) || leases.countOf(id) > 0),
      brokeAt: (holder) => {
        day ??= ledger.day(now);
        return ledger.brokeAt(holder, now, day);
      },
      runningOf: (key) => once(running, key, () => leases.countWith(key)),
    };
  }

  /** The queue of some environments, or of all, in its order, each task with what it waits for. */
  read(environments: readonly string[] | null): QueueAnswer {
    const { queue } = this.#wiring;
    const queued = queue.queuedIn(environments, LIST_MAX);
    const items = [...queued, ...queue.blockedIn(environments, LIST_MAX)]
      .toSorted(compareEntries)
      .slice(0, LIST_MAX)
      .map((entry, index) => ({
        taskId: entry.taskId,
        position: index + 1,
        priority: entry.priority,
        effort: entry.effort,
        since: new Date(entry.queuedAt).toISOString(),
        ...this.#explain(entry),
      }));
    return { items, count: items.length };
  }

  /** Null: the queue does not know the task, or it does not wait. */
  explain(taskId: string): Explanation | null {
    const entry = this.#wiring.queue.findWaiting(taskId);
    return entry === null ? null : this.#explain(entry);
  }

  #explain(entry: Waiting): Explanation {
    const { dependencies, leases, runners } = this.#wiring;
    if (entry.blocked) {
      const open = dependencies.of(entry.taskId).filter(({ status }) => status !== 'completed');
      return { waitingFor: 'dependency', waitingDetail: { tasks: open } };
    }
    const facts = this.facts();
    const able = runners
      .online(facts.now, (id) => leases.countOf(id) > 0)
      .filter((runner) => fits(entry, runner));
    if (isLimited(entry, facts)) {
      const { limit, running } = facts;
      const { concurrency } = entry;
      const own = concurrency !== null && running < limit;
      const waitingDetail = own
        ? { limit: concurrency.max, running: facts.runningOf(concurrency.key) }
        : { limit, running };
      return { waitingFor: 'concurrency', waitingDetail };
    }
    const scope = facts.brokeAt?.(entry) ?? null;
    if (scope !== null) {
      const gateId = entry.purse?.gateId ?? null;
      const waitingDetail = gateId === null ? { scope } : { scope, gateId };
      return { waitingFor: 'budget', waitingDetail };
    }
    const disabled = entry.agents.filter((agent) => !facts.isEnabled(agent));
    const { notBefore } = entry;
    return {
      waitingFor: 'runner',
      waitingDetail: {
        labels: [...entry.requires],
        online: able.length,
        ...(disabled.length === 0 ? {} : { disabledAgents: disabled }),
        ...(notBefore === null ? {} : { notBefore: new Date(notBefore).toISOString() }),
      },
    };
  }
}
