import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Runner } from '../../contract/runner.ts';
import type { Waiters } from '../waiters.ts';
import type { HealthDesk } from './health-desk.ts';
import type { LeaseTable } from './lease-table.ts';
import type { LineDesk } from './line-desk.ts';
import {
  type KnownRunner,
  type RunnerFacts,
  type RunnerTable,
  runnerView,
} from './runner-table.ts';

const LIST_MAX = 100;

interface Wiring {
  readonly runners: RunnerTable;
  readonly leases: LeaseTable;
  readonly health: HealthDesk;
  readonly waiters: Waiters;
  readonly lines: LineDesk;
}

/** The runners of a project as people see and steer them. */
export class RunnerDesk {
  readonly #projectId: string;
  readonly #wiring: Wiring;

  constructor(projectId: string, wiring: Wiring) {
    this.#projectId = projectId;
    this.#wiring = wiring;
  }

  register(facts: RunnerFacts): Runner {
    const { runners, health, lines } = this.#wiring;
    const now = Date.now();
    // What was opened with the token before.
    lines.end(facts.id, 4401, 'The runner has a new token.');
    runners.register(facts, now);
    health.publish(now);
    return this.#view({ ...facts, draining: false, seenAt: now, onlineSince: now });
  }

  /** Each with the tasks that it works on in some environments, or in all. */
  list(environments: readonly string[] | null): Runner[] {
    return this.#wiring.runners
      .all(LIST_MAX)
      .map((runner) => this.#withTasks(this.#view(runner), environments));
  }

  find(id: string, environments: readonly string[] | null): Runner | null {
    const runner = this.#wiring.runners.find(id);
    return runner === null ? null : this.#withTasks(this.#view(runner), environments);
  }

  #withTasks(runner: Runner, environments: readonly string[] | null): Runner {
    const taskIds = runner.leases === 0 ? [] : this.#wiring.leases.tasksIn(runner.id, environments);
    return { ...runner, taskIds };
  }

  /** No further claims; what it holds it may finish. */
  drain(id: string): Result<null> {
    this.#wiring.runners.drain(id);
    this.#wiring.waiters.wake();
    return ok(null);
  }

  /** Forgets a runner. One that holds leases stays, unless it is forced: its leases end by their own clocks. */
  remove(id: string, force: boolean): Result<null> {
    const { leases, runners, waiters, health } = this.#wiring;
    if (leases.countOf(id) > 0 && !force) {
      return refuse('runner_busy', 'The runner still holds leases.');
    }
    runners.remove(id);
    waiters.wake();
    health.publish(Date.now());
    return ok(null);
  }

  #view(runner: KnownRunner): Runner {
    const leases = this.#wiring.leases.countOf(runner.id);
    return runnerView(runner, { projectId: this.#projectId, leases, now: Date.now() });
  }
}
