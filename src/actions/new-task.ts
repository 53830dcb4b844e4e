// What a new task is made of: its template, its plan, the tasks that it waits for.

import type { ApprovalPolicy } from '../contract/approval.ts';
import type { Config } from '../contract/config.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Dependency } from '../contract/event-subtask.ts';
import type { CreateTaskBody } from '../contract/task-request.ts';
import type { CreateTask } from '../domain/command.ts';
import { autonomyFor, makePlan, promptsOf } from '../domain/plan.ts';
import { redactMembers, redactText } from '../domain/redact.ts';
import { projectDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { findDependencies } from './dependencies.ts';

const wrong = (path: string, message: string) =>
  refuse('invalid_request', message, { errors: [{ path, message }] });

/** The body with what it leaves out filled in by its template. */
async function fromTemplate(
  ask: Ask,
  projectId: string,
  body: CreateTaskBody,
): Promise<Result<CreateTaskBody>> {
  if (body.templateId === undefined) return ok(body);
  const template = await projectDoor(ask.env, projectId, 'templates').find(body.templateId);
  if (template === null) return wrong('templateId', 'Template not found');
  const { description, workflow, priority, effort, acceptanceCriteria } = template;
  const { description: own = description, acceptanceCriteria: criteria = acceptanceCriteria } =
    body;
  return ok({
    ...body,
    description: own,
    workflow: body.workflow ?? workflow,
    priority: body.priority ?? priority,
    effort: body.effort ?? effort,
    ...(criteria === undefined ? {} : { acceptanceCriteria: criteria }),
  });
}

/** The tasks that are to be completed first, as they stand now. */
async function dependenciesOf(
  ask: Ask,
  projectId: string,
  ids: readonly string[],
): Promise<Result<Dependency[]>> {
  const found = await findDependencies(ask, projectId, ids);
  if (!found.ok) return found;
  return ok(found.value.map(({ taskId, status }) => ({ id: taskId, status })));
}

/** All facts that creating a task needs, or what is wrong with the request. */
export async function newTask(
  ask: Ask,
  place: {
    readonly taskId: string;
    readonly projectId: string;
    readonly environment: string;
    /** What the environment asks for where it is protected. */
    readonly protection?: ApprovalPolicy | undefined;
    readonly config: Config;
  },
  wanted: CreateTaskBody,
): Promise<Result<CreateTask>> {
  const { taskId, projectId, environment, config } = place;
  const filled = await fromTemplate(ask, projectId, wanted);
  if (!filled.ok) return filled;
  const body = filled.value;
  const workflow = body.workflow ?? 'feature';
  const autonomy = body.autonomy ?? autonomyFor(config, workflow);
  const gatePlace = { environment, protection: place.protection };
  const plan = makePlan(config, { workflow, autonomy, limits: body.limits, place: gatePlace });
  if (!plan.ok) return plan;
  const dependencies = await dependenciesOf(ask, projectId, body.dependsOn ?? []);
  if (!dependencies.ok) return dependencies;
  const { actor, now } = ask;
  return ok({
    type: 'create',
    now,
    actor,
    taskId,
    projectId,
    environment,
    // Before anything is made of them: a branch is named after the description.
    description: redactText(body.description ?? ''),
    acceptanceCriteria: body.acceptanceCriteria && redactText(body.acceptanceCriteria),
    metadata: body.metadata && redactMembers(body.metadata),
    workflow,
    autonomy,
    priority: body.priority ?? 'normal',
    effort: body.effort ?? 'medium',
    maxRetries: body.maxRetries ?? config.limits.maxRetries,
    plan: plan.value,
    prompts: promptsOf(config),
    requires: [...new Set(body.requires ?? [])],
    concurrency: body.concurrency,
    dependencies: dependencies.value,
  });
}
