// What new subtasks are made of: their ids, their plans, those that they wait for.

import { newTaskId } from '../auth/id.ts';
import { ok, type Result } from '../contract/error.ts';
import type { Plan } from '../contract/plan.ts';
import { type DecomposeBody, SUBTASK_DEPTH_MAX } from '../contract/subtask.ts';
import type { Task } from '../contract/task.ts';
import type { Decomposition } from '../domain/command.ts';
import { resolveSiblings, waitsForParent } from '../domain/decomposition.ts';
import { makePlan, promptsOf } from '../domain/plan.ts';
import { projectObject, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { findDependencies } from './dependencies.ts';
import { configOf } from './project.ts';
import { targetProject } from './target.ts';

/** The plans of the workflows that differ from the parent's, whose own plan its subtasks inherit. */
async function plansOf(
  ask: Ask,
  parent: Task,
  workflows: readonly string[],
): Promise<Result<{ plans: Map<string, Plan>; prompts?: Record<string, string> }>> {
  const plans = new Map<string, Plan>();
  const others = new Set(workflows.filter((name) => name !== parent.workflow));
  if (others.size === 0) return ok({ plans });
  const project = await targetProject(ask, parent.projectId);
  if (!project.ok) return project;
  const config = await configOf(ask, project.value);
  for (const workflow of others) {
    const plan = makePlan(config, {
      workflow,
      autonomy: parent.autonomy,
      place: { environment: parent.environment },
    });
    if (!plan.ok) return plan;
    plans.set(workflow, plan.value);
  }
  return ok({ plans, prompts: promptsOf(config) });
}

/** The task and those above it: a subtask that waited for one of them would wait for ever. */
async function lineOf(ask: Ask, parent: Task): Promise<string[]> {
  const line = [parent.id];
  let above = parent.parentTaskId;
  while (above !== undefined && line.length <= SUBTASK_DEPTH_MAX) {
    line.push(above);
    const task = await taskObject(ask.env, above).read(ask.actor);
    above = task.ok ? task.value.parentTaskId : undefined;
  }
  return line;
}

/** Other tasks that subtasks wait for: they exist, and none of them waits for the parent. */
async function checkOthers(ask: Ask, parent: Task, ids: readonly string[]): Promise<Result<null>> {
  const found = await findDependencies(ask, parent.projectId, ids);
  if (!found.ok) return found;
  if (found.value.length === 0) return ok(null);
  const line = await lineOf(ask, parent);
  const waits = await projectObject(ask.env, parent.projectId).leadsTo(found.value, line);
  return waits ? waitsForParent() : ok(null);
}

/** All facts that splitting a task needs, or what is wrong with the request. */
export async function newDecomposition(
  ask: Ask,
  parent: Task,
  body: DecomposeBody,
): Promise<Result<Decomposition>> {
  const { subtasks: definitions, strategy } = body;
  const resolved = resolveSiblings(definitions);
  if (!resolved.ok) return resolved;
  const workflowOf = ({ workflow = parent.workflow }: { workflow?: string | undefined }) =>
    workflow;
  const resolvedPlans = await plansOf(ask, parent, definitions.map(workflowOf));
  if (!resolvedPlans.ok) return resolvedPlans;
  const others = resolved.value.flatMap((definition) => definition.others);
  const checked = await checkOthers(ask, parent, others);
  if (!checked.ok) return checked;
  // A millisecond apart, so that they are listed in the order of their definition.
  const ids = definitions.map((_, index) => newTaskId(ask.now + index));
  const subtasks = definitions.map((definition, index) => {
    const { description, acceptanceCriteria, priority, effort } = definition;
    const { siblings = [], others: external = [] } = resolved.value[index] ?? {};
    const workflow = workflowOf(definition);
    const plan = resolvedPlans.value.plans.get(workflow);
    return {
      id: ids[index] ?? '',
      description,
      ...(acceptanceCriteria === undefined ? {} : { acceptanceCriteria }),
      workflow,
      priority: priority ?? parent.priority,
      effort: effort ?? parent.effort,
      dependsOn: [...siblings.map((sibling) => ids[sibling] ?? ''), ...external],
      ...(plan === undefined ? {} : { plan }),
    };
  });
  return ok({ strategy, subtasks, prompts: resolvedPlans.value.prompts });
}
