// The people, runners and clock of one story. A runner knows what it was told with its claim, and no more.

import type { Actor } from '../../src/contract/principal.ts';
import type { Command } from '../../src/domain/command.ts';
import type { LeaseState, TaskState } from '../../src/domain/task.ts';
import { ADA, agentOf, BOB, FOREIGNER, LOCAL, runnerNamed, SERVICE } from '../domain/actors.ts';
import { ask, BIRTH_MS, type Step } from '../domain/world.ts';
import type { Line } from './line.ts';

export interface Told {
  readonly lease: LeaseState;
  readonly workId: string;
}

export class StoryWorld {
  now = BIRTH_MS;
  state: TaskState | null = null;
  /** What each runner was told last. */
  readonly #told = new Map<string, Told>();
  #lastRunner = 'a';

  get task(): TaskState {
    if (this.state === null) throw new Error('The story begins with a task.');
    return this.state;
  }

  runner(line: Line): Actor {
    const name = line.words['runner'] ?? this.#lastRunner;
    this.#lastRunner = name;
    return runnerNamed(`run_${name}`);
  }

  told(line: Line): Told {
    const runner = this.runner(line);
    const told = this.#told.get(runner.id);
    if (told === undefined) throw new Error(`The runner ${runner.name} has claimed nothing.`);
    return told;
  }

  /** Who asks: `by=ada`, `by=agent` (of the runner that spoke last), … */
  actor(line: Line): Actor {
    switch (line.words['by'] ?? 'local') {
      case 'local':
        return LOCAL;
      case 'ada':
        return ADA;
      case 'bob':
        return BOB;
      case 'service':
        return SERVICE;
      case 'stranger':
        return FOREIGNER;
      case 'runner':
        return this.runner(line);
      case 'agent':
        return agentOf(this.task, this.told(line).lease.epoch);
      default:
        throw new Error(`Nobody is called ${line.words['by']}.`);
    }
  }

  ask(command: Command): Step {
    const step = ask(this.state, command);
    this.state = step.after;
    const { lease, work } = step.after ?? {};
    if (lease !== undefined) {
      const known = this.#told.get(lease.runnerId);
      const same = known?.lease.leaseId === lease.leaseId ? known.workId : '';
      this.#told.set(lease.runnerId, { lease, workId: work?.workId ?? same });
    }
    return step;
  }
}
