import type { Command } from '../../src/domain/command.ts';
import type { TaskState } from '../../src/domain/task.ts';
import type { Draw } from './draw.ts';

/** What a step may look at: the task, the clock, all that was asked before. */
export interface Moment {
  readonly state: TaskState;
  readonly now: number;
  readonly past: readonly Command[];
}

/** The stage that a report names: one of the plan, a label, or none. */
export function stageOf(state: TaskState, draw: Draw): string | undefined {
  const names = state.plan.stages.map(({ name }) => name);
  return [...names, undefined, draw.text][draw.b % (names.length + 2)];
}
