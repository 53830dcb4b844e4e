import { newTaskId } from '../auth/id.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { type JsonText, joinObjects, toJsonText } from '../contract/json-text.ts';
import type { ListTasksQuery, TaskList } from '../contract/page.ts';
import type { Task } from '../contract/task.ts';
import type { CreateTaskBody } from '../contract/task-request.ts';
import { ProjectDb } from '../db/database.ts';
import { countTasks, listTasks as listRows } from '../db/tasks.ts';
import { dispatch } from '../rpc/dispatch.ts';
import { projectObject, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { shownEnvironments, wantedEnvironment } from './environment.ts';
import { protectionOf } from './known-project.ts';
import { newTask } from './new-task.ts';
import { makeTaskOnce } from './once-in-project.ts';
import { configOf } from './project.ts';
import { targetProject, targetTask } from './target.ts';

/** Creates a task and queues it. Nothing of it depends on D1: the listing follows when it can. */
export async function createTask(
  ask: Ask,
  body: CreateTaskBody,
): Promise<Result<{ taskId: string }>> {
  const project = await targetProject(ask, body.projectId);
  if (!project.ok) return project;
  const environment = wantedEnvironment(ask, project.value, body.environment);
  if (!environment.ok) return environment;
  const config = await configOf(ask, project.value);
  const projectId = project.value.id;
  const place = {
    projectId,
    environment: environment.value,
    protection: protectionOf(project.value, environment.value),
    config,
  };
  return makeTaskOnce(ask, { projectId, taskId: newTaskId(ask.now) }, async (taskId) => {
    const command = await newTask(ask, { taskId, ...place }, body);
    if (!command.ok) return command;
    const created = await dispatch(taskObject(ask.env, taskId), command.value);
    return created.ok ? ok({ taskId }) : created;
  });
}

/** Why a task waits for others, its queue knows; everything else the task says itself. */
async function withExplanation(ask: Ask, task: Task): Promise<Task> {
  if (task.waitingFor !== 'runner' && task.waitingFor !== 'dependency') return task;
  const why = await projectObject(ask.env, task.projectId).explain(task.id);
  return why === null ? task : { ...task, ...why };
}

export async function getTask(ask: Ask, id: string): Promise<Result<Task>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const task = await target.value.read(ask.actor);
  return task.ok ? ok(await withExplanation(ask, task.value)) : task;
}

/** The same as text: it goes from the object to the reader without being parsed and written again. */
export async function getTaskText(ask: Ask, id: string): Promise<Result<JsonText<Task>>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const task = await target.value.readText(ask.actor);
  if (!task.ok) return task;
  const { json, projectId, waiting } = task.value;
  if (waiting === null) return ok(json);
  const why = await projectObject(ask.env, projectId).explain(id);
  return ok(joinObjects(json, why === null ? waiting : toJsonText(why)));
}

/** A page of the project's tasks, newest first, by keyset: a page costs the same however many there are. */
export async function listTasks(
  ask: Ask,
  query: ListTasksQuery,
): Promise<Result<JsonText<TaskList>>> {
  const project = await targetProject(ask, query.projectId);
  if (!project.ok) return project;
  const { cursor, limit, offset } = query;
  if (cursor !== undefined && offset > 0) {
    const message = 'Offset and cursor exclude each other';
    return refuse('invalid_request', message, { errors: [{ path: '?offset', message }] });
  }
  const { id: projectId } = project.value;
  const environments = shownEnvironments(ask);
  const filter = {
    statuses: query.status ?? [],
    workflow: query.workflow,
    text: query.q,
    environments,
  };
  const list = { projectId, ...filter };
  const before = readCursor(cursor, list);
  if (!before.ok) return before;
  const page = { before: before.value, limit: limit + 1, offset };
  const db = new ProjectDb(ask.env, projectId);
  const rows = await listRows(db, filter, page);
  const tasks = rows.slice(0, limit);
  const last = tasks.at(-1);
  const more = rows.length > limit && last !== undefined;
  const total = query.total === 'true' ? await countTasks(db, filter) : undefined;
  const rest = {
    count: tasks.length,
    ...(more ? { nextCursor: writeCursor(last.id, list) } : {}),
    ...(total === undefined ? {} : { total }),
  };
  const shown: JsonText<Pick<TaskList, 'tasks'>> =
    `{"tasks":[${tasks.map(({ body }) => body).join(',')}]}`;
  return ok(joinObjects(shown, toJsonText(rest)));
}
