// What is asked of a task about its subtasks and about those that it waits for, and what it hears of them.

import { STRATEGIES } from '../../src/contract/subtask.ts';
import { TASK_STATUSES, type TaskRow } from '../../src/contract/task.ts';
import type {
  Decomposition,
  NewSubtask,
  NoteDependency,
  NoteSubtask,
} from '../../src/domain/command.ts';
import { openSubtasks } from '../../src/domain/family.ts';
import { usageView } from '../../src/domain/money.ts';
import { blockedBy, type TaskState } from '../../src/domain/task.ts';
import { PROJECT_ID } from './actors.ts';
import type { Draw } from './draw.ts';

const ANY = [...TASK_STATUSES, 'deleted'] as const;
const SPENT = { inputTokens: 10, outputTokens: 5, costMicros: 7 };

/** A subtask as it tells of itself. */
export function subtaskRow(part: Pick<TaskRow, 'id' | 'status'> & Partial<TaskRow>): TaskRow {
  const at = '2026-02-03T04:05:06.007Z';
  return {
    projectId: PROJECT_ID,
    description: 'A part of the work',
    workflow: 'bugfix',
    autonomy: 'full',
    priority: 'normal',
    effort: 'medium',
    createdAt: at,
    updatedAt: at,
    usage: usageView(SPENT),
    ...part,
  };
}

/** Up to three subtasks more; each may wait for those before it, and the first for a task elsewhere. */
export function decomposition(draw: Draw, now: number): Decomposition {
  // Ids are made with the request, so no two requests bring the same.
  const ids = [1, 2, 3].slice(0, 1 + (draw.b % 3)).map((n) => `task_sub_${now}_${n}`);
  const subtasks = ids.map((id, index): NewSubtask => {
    const before = ids.slice(0, index).filter((_, bit) => ((draw.a >> (bit + index)) & 1) === 1);
    return {
      id,
      description: draw.text || 'A part',
      workflow: 'bugfix',
      priority: 'normal',
      effort: 'small',
      dependsOn: index === 0 && draw.a % 5 === 0 ? ['task_dep_1'] : before,
    };
  });
  return { strategy: STRATEGIES[draw.who % STRATEGIES.length] ?? 'parallel', subtasks };
}

/** A subtask says anything, also one that the task does not have; only a completed one stays what it is. */
export function noteSubtask(state: TaskState, draw: Draw, now: number): NoteSubtask {
  const { subtasks } = state;
  const known = subtasks[draw.a % (subtasks.length + 1)];
  const id = known?.id ?? 'task_sub_unknown';
  const any = TASK_STATUSES[draw.b % TASK_STATUSES.length] ?? 'completed';
  const status = known?.status === 'completed' ? 'completed' : any;
  const error = status === 'failed' ? { error: draw.text || 'It failed' } : {};
  const subtask = subtaskRow({ id, status, ...error });
  // Now and then it has been tried again since, or this is old news.
  const attempt = Math.max(1, (known?.attempt ?? 1) + ([0, 0, 0, 1, -1][draw.who % 5] ?? 0));
  return { type: 'note-subtask', now, subtask, attempt, spent: SPENT };
}

/** The next open subtask comes to its end, mostly a good one. */
export function endSubtask(state: TaskState, draw: Draw, now: number): NoteSubtask {
  const open = openSubtasks(state);
  const next = open[draw.a % Math.max(1, open.length)];
  const id = next?.id ?? 'task_sub_unknown';
  const attempt = (next?.attempt ?? 1) + (next?.again === undefined ? 0 : 1);
  const ends = ['completed', 'completed', 'completed', 'failed', 'cancelled', 'paused'] as const;
  const status = ends[draw.b % ends.length] ?? 'completed';
  return { type: 'note-subtask', now, subtask: subtaskRow({ id, status }), attempt, spent: SPENT };
}

export function noteDependency(state: TaskState, draw: Draw, now: number): NoteDependency {
  const { dependencies } = state;
  const known = dependencies[draw.a % (dependencies.length + 1)];
  const id = known?.id ?? 'task_dep_unknown';
  // What is completed stays so, until it is deleted.
  const statuses = known?.status === 'completed' ? (['completed', 'deleted'] as const) : ANY;
  const status = statuses[draw.b % statuses.length] ?? 'deleted';
  return { type: 'note-dependency', now, dependency: { id, status } };
}

/** One of the tasks that this one waits for is completed. */
export function completeDependency(state: TaskState, draw: Draw, now: number): NoteDependency {
  const open = blockedBy(state);
  const id = open[draw.a % Math.max(1, open.length)] ?? 'task_dep_unknown';
  return { type: 'note-dependency', now, dependency: { id, status: 'completed' } };
}
