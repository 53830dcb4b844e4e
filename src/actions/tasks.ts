import { newTaskId } from '../auth/id.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { ListTasksQuery, TaskList } from '../contract/page.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../contract/project.ts';
import type { Task } from '../contract/task.ts';
import type { CreateTaskBody } from '../contract/task-request.ts';
import { countTasks, listTasks as listRows } from '../db/tasks.ts';
import { autonomyFor, makePlan } from '../domain/plan.ts';
import { projectObject, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { configOf } from './project.ts';
import { targetProject, targetTask } from './target.ts';

/** What a task cannot have yet is refused, not dropped: a budget that nobody keeps is worse than none. */
const NOT_YET = ['dependsOn', 'templateId', 'requires', 'concurrency', 'limits'] as const;

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function unsupported(body: CreateTaskBody): Result<null> {
  const asked = NOT_YET.find((key) => body[key] !== undefined && !isEmptyList(body[key]));
  if (asked !== undefined) {
    const message = `${asked} is not supported yet`;
    return refuse('invalid_request', message, { errors: [{ path: asked, message }] });
  }
  const environments: readonly string[] = ENVIRONMENTS;
  if (body.environment !== undefined && !environments.includes(body.environment)) {
    const message = `Environment must be one of: ${ENVIRONMENTS.join(', ')}`;
    return refuse('invalid_request', message, { errors: [{ path: 'environment', message }] });
  }
  return ok(null);
}

/** Creates a task and queues it. Nothing of it depends on D1: the listing follows when it can. */
export async function createTask(
  ask: Ask,
  body: CreateTaskBody,
): Promise<Result<{ taskId: string }>> {
  const { env, actor, now } = ask;
  const supported = unsupported(body);
  if (!supported.ok) return supported;
  const project = await targetProject(ask, body.projectId);
  if (!project.ok) return project;
  const config = await configOf(ask, project.value);
  const workflow = body.workflow ?? 'feature';
  const autonomy = body.autonomy ?? autonomyFor(config, workflow);
  const plan = makePlan(config, workflow, autonomy);
  if (!plan.ok) return plan;
  const taskId = newTaskId(now);
  const created = await taskObject(env, taskId).dispatch({
    type: 'create',
    now,
    actor,
    taskId,
    projectId: project.value.id,
    environment: body.environment ?? DEFAULT_ENVIRONMENT,
    description: body.description,
    acceptanceCriteria: body.acceptanceCriteria,
    metadata: body.metadata,
    workflow,
    autonomy,
    priority: body.priority ?? 'normal',
    effort: body.effort ?? 'medium',
    maxRetries: body.maxRetries ?? config.limits.maxRetries,
    plan: plan.value,
  });
  return created.ok ? ok({ taskId }) : created;
}

/** Why a queued task waits, its queue knows; everything else the task says itself. */
async function withExplanation(ask: Ask, task: Task): Promise<Task> {
  if (task.status !== 'queued') return task;
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
