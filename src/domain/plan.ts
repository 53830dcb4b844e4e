import type { Config, Limits } from '../contract/config.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Plan } from '../contract/plan.ts';
import type { Autonomy } from '../contract/task.ts';
import { type GatePlace, plannedGates, toolGates } from './planned-gates.ts';
import { enabledAgents, inOrder, projectWorkflows } from './workflows.ts';

function unknownWorkflow(name: string, config: Config) {
  const message = `Unknown workflow: ${name}`;
  return refuse('unknown_workflow', message, {
    workflows: Object.keys(projectWorkflows(config)),
    errors: [{ path: 'workflow', message }],
  });
}

/** The level that a task gets when it asks for none: the project's for this workflow, else its default. */
export const autonomyFor = (config: Config, workflow: string): Autonomy =>
  (Object.hasOwn(config.autonomy.overrides, workflow)
    ? config.autonomy.overrides[workflow]
    : undefined) ?? config.autonomy.default;

const OWN_LIMITS = [
  'maxTokensPerTask',
  'maxCostPerTask',
  'maxTurns',
  'maxWallMinutes',
  'maxFilesChanged',
  'maxLinesChanged',
] as const;

/** The limits that a task may lower for itself. */
export type OwnLimits = {
  readonly [K in (typeof OWN_LIMITS)[number]]?: number | undefined;
};

/** A task's own limits over the project's: lower, or refused. */
function lowered(limits: Limits, own: OwnLimits): Result<Limits> {
  const result = { ...limits };
  for (const key of OWN_LIMITS) {
    const value = own[key];
    const max = limits[key];
    if (value === undefined) continue;
    if (max !== undefined && value > max) {
      const message = `Limits.${key} must be ${max} or less`;
      return refuse('invalid_request', message, { errors: [{ path: `limits.${key}`, message }] });
    }
    result[key] = value;
  }
  return ok(result);
}

interface Wanted {
  readonly workflow: string;
  readonly autonomy: Autonomy;
  readonly limits?: OwnLimits | undefined;
  readonly place?: GatePlace | undefined;
}

/** What the project's own agents are told, by name. Everybody reads a plan; these only the agents. */
export const promptsOf = (config: Config): Record<string, string> =>
  Object.fromEntries(
    Object.entries(config.agents.custom).flatMap(([name, { prompt }]) =>
      prompt === undefined ? [] : [[name, prompt]],
    ),
  );

/** Resolves all that a task depends on, once, at its creation. */
export function makePlan(config: Config, wanted: Wanted): Result<Plan> {
  const { workflow: name, autonomy } = wanted;
  const workflows = projectWorkflows(config);
  const workflow = Object.hasOwn(workflows, name) ? workflows[name] : undefined;
  if (workflow === undefined) return unknownWorkflow(name, config);
  const agents = enabledAgents(config);
  const missing = workflow.stages.find(({ agent }) => !Object.hasOwn(agents, agent));
  if (missing !== undefined) {
    const message = `Workflow ${name} needs the agent ${missing.agent}, which is disabled`;
    return refuse('invalid_request', message, { errors: [{ path: 'workflow', message }] });
  }
  const limits = lowered(config.limits, wanted.limits ?? {});
  if (!limits.ok) return limits;
  const stages = (inOrder(workflow.stages) ?? workflow.stages).map((stage) => {
    const agent = agents[stage.agent];
    return {
      ...stage,
      model: agent?.model ?? config.models.implementation,
      tools: [...(agent?.tools ?? [])],
      ...(agent?.skills === undefined ? {} : { skills: [...agent.skills] }),
    };
  });
  const { prices, project, git, workspace } = config;
  const { place = {} } = wanted;
  const tools = toolGates(config.gates, place.environment);
  return ok({
    stages,
    gates: plannedGates(stages, autonomy, config.gates, place),
    ...(tools.length === 0 ? {} : { toolGates: [...tools] }),
    limits: limits.value,
    prices,
    config: { project, git, workspace },
  });
}
