// What a story asks about the birth of a task, its subtasks, those it waits for, and the shelves it is put on.

import type { ConfigGate } from '../../src/contract/config-workflow.ts';
import type { Dependency } from '../../src/contract/event-subtask.ts';
import { STRATEGIES } from '../../src/contract/subtask.ts';
import { AUTONOMIES, TASK_STATUSES } from '../../src/contract/task.ts';
import type { CreateTask, Decomposition, NewSubtask } from '../../src/domain/command.ts';
import { withoutMergeGates } from '../../src/domain/family.ts';
import { makePlan } from '../../src/domain/plan.ts';
import { configWith } from '../domain/births.ts';
import { subtaskRow } from '../domain/family-moves.ts';
import { createCommand, taken } from '../domain/world.ts';
import type { Line } from './line.ts';
import type { StoryWorld } from './story-world.ts';
import { by, oneOf, type Verb } from './words.ts';

const NOTHING = { inputTokens: 0, outputTokens: 0, costMicros: 0 };

/** `lib:queued db:completed` are two tasks elsewhere, and how they stand. */
function readDependencies(text: string): Dependency[] {
  return text.split(' ').map((word) => {
    const [id = '', status] = word.split(':');
    return { id: `task_${id}`, status: oneOf([...TASK_STATUSES, 'deleted'], status) };
  });
}

/** `gate=security trigger=after:fix approvers=Ada,usr_bob quorum=2 timeout=30` is a gate of the project's config. */
function readGates({ words }: Line): ConfigGate[] {
  const { gate, trigger = 'before:merge', approvers, quorum = '1', timeout } = words;
  if (gate === undefined) return [];
  const asked = { name: gate, trigger, required: true, approvers: approvers?.split(',') ?? [] };
  const whole = { ...asked, quorum: Number(quorum) };
  return [timeout === undefined ? whole : { ...whole, timeout: Number(timeout) }];
}

/** `depth=1` makes it a subtask. */
export function taskCommand(world: StoryWorld, line: Line): CreateTask {
  const { words } = line;
  const { workflow = 'feature', depends, depth = '0', retries = '3' } = words;
  const autonomy = oneOf(AUTONOMIES, words['autonomy'] ?? 'full');
  const kind = { workflow, autonomy, maxRetries: Number(retries) };
  const plan = taken(makePlan(configWith(readGates(line)), kind));
  const dependencies = depends === undefined ? [] : readDependencies(depends);
  const change = { now: world.now, plan, dependencies };
  if (depth === '0') return createCommand(kind, change);
  const link = { id: 'task_parent', index: 1, depth: Number(depth), branch: 'apex/parent' };
  const parent = { ...link, branchName: 'apex/parent' };
  return createCommand(kind, { ...change, plan: withoutMergeGates(plan), parent });
}

/** `api ui<api docs<api+ui` are three subtasks; the last waits for both others. */
export function readParts({ words }: Line): Decomposition {
  const subtasks = (words['parts'] ?? '').split(' ').map((part): NewSubtask => {
    const [name = '', waits] = part.split('<');
    const dependsOn = waits === undefined ? [] : waits.split('+').map((one) => `task_${one}`);
    const made = { id: `task_${name}`, description: name, workflow: 'bugfix', dependsOn };
    return { ...made, priority: 'normal', effort: 'medium' };
  });
  return { strategy: oneOf(STRATEGIES, words['strategy'] ?? 'sequential'), subtasks };
}

export const FAMILY_VERBS: Readonly<Record<string, Verb>> = {
  decompose: (world, line) => ({
    type: 'decompose',
    ...by(world, line),
    decomposition: readParts(line),
  }),
  execute: (world, line) => ({ type: 'execute-subtasks', ...by(world, line) }),
  // A subtask says how it stands; `attempt=2` once it has been tried again, `seq=9` as of its ninth event,
  // `refused=yes` where it was asked in vain.
  note: (world, { words }) => {
    const { sub, error, seq, refused, attempt = '1' } = words;
    const status = oneOf(TASK_STATUSES, words['status']);
    const more = error === undefined ? {} : { error };
    const subtask = subtaskRow({ id: `task_${sub}`, status, ...more });
    const told = { subtask, attempt: Number(attempt), spent: NOTHING };
    return {
      type: 'note-subtask',
      now: world.now,
      ...told,
      ...(seq === undefined ? {} : { seq: Number(seq) }),
      ...(refused === undefined ? {} : { refused: true }),
    };
  },
  // A task elsewhere that this one waits for is said to stand so.
  hear: (world, { words }) => {
    const status = oneOf([...TASK_STATUSES, 'deleted'] as const, words['status']);
    const dependency = { id: `task_${words['of']}`, status };
    return { type: 'note-dependency', now: world.now, dependency };
  },
  trash: (world, line) => ({ type: 'trash', ...by(world, line) }),
  restore: (world, line) => ({ type: 'restore', ...by(world, line) }),
  archive: (world, line) => ({ type: 'archive', ...by(world, line) }),
  unarchive: (world, line) => ({ type: 'unarchive', ...by(world, line) }),
  'empty-trash': (world, line) => {
    const deletedTaskIds = [world.task.id];
    return { type: 'empty-trash', ...by(world, line), deletedCount: 1, deletedTaskIds };
  },
};
