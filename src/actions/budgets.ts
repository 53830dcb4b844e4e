import type { Budget, ExtendBody, ProjectBudget } from '../contract/budget.ts';
import { ok, type Result } from '../contract/error.ts';
import { dispatch } from '../rpc/dispatch.ts';
import { projectDoor, taskDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { shownEnvironments } from './environment.ts';
import { targetProject, targetTask } from './target.ts';

/** What the task knows, with the day as its project has it. */
async function budgetOf(ask: Ask, id: string): Promise<Result<Budget>> {
  const { env, actor, now } = ask;
  const own = await taskDoor(env, id, 'budget').read(actor, now);
  if (!own.ok) return own;
  const { budget, projectId } = own.value;
  const { limit, spent, reserved } = await projectDoor(env, projectId, 'ledger').read([], now);
  return ok({ ...budget, daily: { limit, spent, reserved } });
}

/** What a task may use and has used. */
export async function readTaskBudget(ask: Ask, id: string): Promise<Result<Budget>> {
  const target = await targetTask(ask, id);
  return target.ok ? budgetOf(ask, id) : target;
}

/** Raises a limit of one task; a task that was stopped by it goes on. */
export async function extendBudget(
  ask: Ask,
  id: string,
  body: ExtendBody,
): Promise<Result<Budget>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const done = await dispatch(target.value, { type: 'extend-budget', now, actor, ...body }, ask);
  return done.ok ? budgetOf(ask, id) : done;
}

/** What a project may spend today, has spent, and keeps for leases. */
export async function readProjectBudget(
  ask: Ask,
  projectId: string | undefined,
): Promise<Result<ProjectBudget>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const { env, now } = ask;
  return ok(await projectDoor(env, project.value.id, 'ledger').read(shownEnvironments(ask), now));
}
