// A task under a lease whose agent reports what it uses; the runner stops when it is told to.

import type { ProducedUsage } from '../../src/contract/produced.ts';
import type { ReservedSlice } from '../../src/domain/budget/budget-command.ts';
import type { Command } from '../../src/domain/command.ts';
import { defaultConfig } from '../../src/domain/config.ts';
import { makePlan, type OwnLimits } from '../../src/domain/plan.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, RUNNER_A } from './actors.ts';
import { ask, BIRTH_MS, createCommand, type Step, stateAfter, taken } from './world.ts';

const KIND = { workflow: 'bugfix', autonomy: 'full', maxRetries: 1 } as const;

/** A dollar a thousand tokens in: a report of one token costs a tenth of a cent. */
const PRICES = { default: { inputPerMillion: 1_000, outputPerMillion: 1_000 } };
export const MICROS_A_TOKEN = 1_000;

export function plan(limits: OwnLimits, onDailyReset: 'resume' | 'ask' = 'resume') {
  const config = defaultConfig('demo');
  const wide = { maxFilesChanged: 1_000_000, maxLinesChanged: 1_000_000_000 };
  const project = {
    ...config,
    prices: PRICES,
    limits: { ...config.limits, ...wide, onDailyReset, maxCostPerTask: 1_000 },
  };
  return taken(makePlan(project, { ...KIND, limits }));
}

export class BudgetWorld {
  now = BIRTH_MS;
  state: TaskState;
  readonly steps: Step[] = [];
  #n = 0;
  #leases = 0;

  constructor(limits: OwnLimits, onDailyReset?: 'resume' | 'ask') {
    this.state = stateAfter(null, createCommand(KIND, { plan: plan(limits, onDailyReset) }));
  }

  do(command: Command): Step {
    const step = ask(this.state, command);
    this.state = step.after ?? this.state;
    this.steps.push(step);
    return step;
  }

  claim(slice?: ReservedSlice): Step {
    this.#n = 0;
    this.#leases += 1;
    const lease = { leaseId: `lse_${this.#leases}`, runnerId: RUNNER_A.id, runnerName: 'a' };
    return this.do({ type: 'claim', now: this.now, actor: RUNNER_A, ...lease, slice });
  }

  get holder() {
    const { lease, epoch } = this.state;
    return { now: this.now, actor: RUNNER_A, leaseId: lease?.leaseId ?? '', epoch };
  }

  use(data: Partial<ProducedUsage>): Step {
    const usage = { inputTokens: 0, outputTokens: 0, scope: 'delta', ...data } as const;
    return this.send({ type: 'usage:report', data: usage });
  }

  change(files: number, lines: number): Step {
    const data = { files, insertions: lines, deletions: 0 };
    return this.send({ type: 'changes:report', data });
  }

  send(
    event:
      | { type: 'usage:report'; data: ProducedUsage }
      | { type: 'changes:report'; data: Record<string, unknown> },
  ): Step {
    this.#n += 1;
    const events = [{ n: this.#n, ...event }];
    return this.do({ type: 'ingest', ...this.holder, producer: 'main', events });
  }

  wait(ms: number): Step {
    this.now += ms;
    return this.do({ type: 'tick', now: this.now });
  }

  decide(decision: 'approve' | 'reject'): Step {
    return this.do({ type: 'decide-gate', now: this.now, actor: ADA, gate: 'budget', decision });
  }

  get gate() {
    return this.state.gates.findLast(({ name }) => name === 'budget');
  }
}
