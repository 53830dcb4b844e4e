import { ok, type Result, refuse } from '../contract/error.ts';
import type { ListTasksQuery, TaskList } from '../contract/page.ts';
import type { Task } from '../contract/task.ts';
import type { CreateTaskBody } from '../contract/task-request.ts';
import { countTasks, listTasks as listRows } from '../db/tasks.ts';
import { projectObject, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { newTask } from './new-task.ts';
import { configOf } from './project.ts';
import { targetProject, targetTask } from './target.ts';

/** Creates a task and queues it. Nothing of it depends on D1: the listing follows when it can. */
export async function createTask(
  ask: Ask,
  body: CreateTaskBody,
): Promise<Result<{ taskId: string }>> {
  const project = await targetProject(ask, body.projectId);
  if (!project.ok) return project;
  const config = await configOf(ask, project.value);
  const command = await newTask(ask, { projectId: project.value.id, config }, body);
  if (!command.ok) return command;
  const { taskId } = command.value;
  const created = await taskObject(ask.env, taskId).dispatch(command.value);
  return created.ok ? ok({ taskId }) : created;
}

/** Why a task waits for others, its queue knows; everything else the task says itself. */
async function withExplanation(ask: Ask, task: Task): Promise<Task> {
  if (task.waitingFor !== 'runner' && task.waitingFor !== 'dependency') return task;
  const why = await projectObject(ask.env, task.projectId).explain(task.id);
  return why === null ? task : { ...task, ...why };
}

export async function getTask(ask: Ask, id: string): Promise<Result<Task>> {
  const target = targetTask(ask, id);
  if (!target.ok) return target;
  const task = await target.value.read(ask.actor);
  return task.ok ? ok(await withExplanation(ask, task.value)) : task;
}

/** A page of the project's tasks, newest first, by keyset: a page costs the same however many there are. */
export async function listTasks(ask: Ask, query: ListTasksQuery): Promise<Result<TaskList>> {
  const project = await targetProject(ask, query.projectId);
  if (!project.ok) return project;
  const { cursor, limit, offset } = query;
  if (cursor !== undefined && offset > 0) {
    const message = 'Offset and cursor exclude each other';
    return refuse('invalid_request', message, { errors: [{ path: '?offset', message }] });
  }
  const filter = {
    projectId: project.value.id,
    statuses: query.status ?? [],
    workflow: query.workflow,
    text: query.q,
  };
  const before = readCursor(cursor, filter);
  if (!before.ok) return before;
  const page = { before: before.value, limit: limit + 1, offset };
  const rows = await listRows(ask.env.DB, filter, page);
  const tasks = rows.slice(0, limit);
  const last = tasks.at(-1);
  const more = rows.length > limit && last !== undefined;
  const total = query.total === 'true' ? await countTasks(ask.env.DB, filter) : undefined;
  return ok({
    tasks,
    count: tasks.length,
    ...(more ? { nextCursor: writeCursor(last.id, filter) } : {}),
    ...(total === undefined ? {} : { total }),
  });
}
