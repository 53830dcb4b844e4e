import { ok, type Result, refuse, TASK_NOT_FOUND } from '../contract/error.ts';
import type {
  DecomposeBody,
  Decomposed,
  IsSubtask,
  SubtaskCounts,
  SubtaskList,
} from '../contract/subtask.ts';
import type { Task, TaskRow } from '../contract/task.ts';
import { ProjectDb } from '../db/database.ts';
import { findTasks } from '../db/tasks.ts';
import { countByStatus } from '../domain/family.ts';
import { dispatch, dispatchWith } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { newDecomposition } from './new-subtasks.ts';
import { targetTask } from './target.ts';
import { getTask } from './tasks.ts';

/** Splits a task: all subtasks are made, or none. */
export async function decomposeTask(
  ask: Ask,
  id: string,
  body: DecomposeBody,
): Promise<Result<Decomposed>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const parent = await target.value.read(ask.actor);
  if (!parent.ok) return parent;
  const decomposition = await newDecomposition(ask, parent.value, body);
  if (!decomposition.ok) return decomposition;
  const { actor, now } = ask;
  const { strategy, subtasks } = decomposition.value;
  const made: Decomposed = {
    ok: true,
    parentTaskId: id,
    subtasks: subtasks.map((subtask) => ({
      id: subtask.id,
      description: subtask.description,
      status: 'pending' as const,
    })),
    strategy,
  };
  const done = await dispatchWith(
    target.value,
    { type: 'decompose', now, actor, decomposition: decomposition.value },
    { asker: ask, made },
  );
  return done.ok ? ok(done.value.made) : done;
}

async function read(ask: Ask, id: string): Promise<Result<Task>> {
  const target = await targetTask(ask, id);
  return target.ok ? target.value.read(ask.actor) : target;
}

async function rowsOf(ask: Ask, id: string): Promise<Result<TaskRow[]>> {
  const parent = await read(ask, id);
  if (!parent.ok) return parent;
  const { projectId, subtaskIds } = parent.value;
  return ok(
    subtaskIds.length === 0 ? [] : await findTasks(new ProjectDb(ask.env, projectId), subtaskIds),
  );
}

export async function listSubtasks(ask: Ask, id: string): Promise<Result<SubtaskList>> {
  const rows = await rowsOf(ask, id);
  if (!rows.ok) return rows;
  return ok({ parentTaskId: id, subtasks: rows.value, count: rows.value.length });
}

export async function countSubtasks(ask: Ask, id: string): Promise<Result<SubtaskCounts>> {
  const rows = await rowsOf(ask, id);
  if (!rows.ok) return rows;
  return ok({ parentTaskId: id, ...countByStatus(rows.value.map(({ status }) => status)) });
}

export async function executeSubtasks(
  ask: Ask,
  id: string,
): Promise<Result<{ ok: true; message: string; parentTaskId: string }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const done = await dispatch(target.value, { type: 'execute-subtasks', now, actor }, ask);
  return done.ok ? ok({ ok: true, message: 'Subtask execution started', parentTaskId: id }) : done;
}

export async function getParent(ask: Ask, id: string): Promise<Result<Task>> {
  const task = await read(ask, id);
  if (!task.ok) return task;
  const { parentTaskId } = task.value;
  if (parentTaskId === undefined) {
    return refuse('not_found', 'This task has no parent (not a subtask)');
  }
  const parent = await getTask(ask, parentTaskId);
  return parent.ok ? parent : TASK_NOT_FOUND;
}

export async function isSubtask(ask: Ask, id: string): Promise<Result<IsSubtask>> {
  const task = await read(ask, id);
  if (!task.ok) return task;
  const { parentTaskId = null } = task.value;
  return ok({ taskId: id, isSubtask: parentTaskId !== null, parentTaskId });
}
