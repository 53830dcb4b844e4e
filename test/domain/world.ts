// A task from its creation on: what is asked of it goes through the core as the shell would take it.

import { type Refusal, type Result, refuse } from '../../src/contract/error.ts';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Plan } from '../../src/contract/plan.ts';
import type { Autonomy } from '../../src/contract/task.ts';
import { type Block, toBlocks } from '../../src/domain/blocks.ts';
import type { Command, CreateTask } from '../../src/domain/command.ts';
import { defaultConfig } from '../../src/domain/config.ts';
import { decide } from '../../src/domain/decide.ts';
import type { Decision } from '../../src/domain/draft.ts';
import { makePlan } from '../../src/domain/plan.ts';
import { record } from '../../src/domain/record.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { LOCAL, MEMBERS, PROJECT_ID } from './actors.ts';

export const TASK_ID = 'task_mk0abcde_27d3f00d27d3f00d27d3';
export const BIRTH_MS = Date.parse('2026-02-03T04:05:06.007Z');

export const WORKFLOW_NAMES = ['feature', 'bugfix', 'refactor'] as const;

/** The value of a result that must be one. */
export function taken<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message}`);
  return result.value;
}

/** The refusal of a result that must be one. */
export function refused(result: Result<unknown>): Refusal {
  if (result.ok) throw new Error('It was taken.');
  return result.refusal;
}

export const planOf = (workflow: string, autonomy: Autonomy): Plan =>
  taken(makePlan(defaultConfig('demo'), { workflow, autonomy }));

export interface Kind {
  readonly workflow: string;
  readonly autonomy: Autonomy;
  readonly maxRetries: number;
}

export const createCommand = (kind: Kind, change: Partial<CreateTask> = {}): CreateTask => ({
  type: 'create',
  now: BIRTH_MS,
  actor: LOCAL,
  taskId: TASK_ID,
  projectId: PROJECT_ID,
  environment: 'development',
  description: 'Add a health check endpoint',
  priority: 'normal',
  effort: 'medium',
  plan: change.plan ?? planOf(kind.workflow, kind.autonomy),
  ...kind,
  ...change,
});

/** One thing asked, and what it came to. */
export interface Step {
  readonly command: Command;
  readonly before: TaskState | null;
  readonly decided: Result<Decision>;
  readonly events: readonly TaskEvent[];
  readonly blocks: readonly Block[];
  readonly after: TaskState | null;
}

/** What the members of the project say, as whoever brings a decision to the task looks it up. */
const withFacts = (command: Command): Command =>
  command.type === 'decide-gate' ? { facts: MEMBERS, ...command } : command;

/** Decides and records, in the way of the store: the numbers of a producer are kept with the commit. */
export function ask(before: TaskState | null, asked: Command): Step {
  const command = withFacts(asked);
  const decided = decide(before, command);
  if (!decided.ok || decided.value.drafts.length === 0) {
    return { command, before, decided, events: [], blocks: [], after: before };
  }
  const { drafts, source } = decided.value;
  const taskId = before?.id ?? (command.type === 'create' ? command.taskId : TASK_ID);
  const { events, state } = record(before, taskId, drafts, command.now);
  const after =
    source === undefined
      ? state
      : { ...state, producers: { ...state.producers, [source.producer]: source.to } };
  const blocks = toBlocks(events, after.epoch, source);
  return { command, before, decided, events, blocks, after };
}

/** The state after a command that must be taken. */
export function stateAfter(before: TaskState | null, command: Command): TaskState {
  const step = ask(before, command);
  taken(step.decided);
  return step.after ?? taken(refuse('internal', 'There is no task.'));
}
