import type { Config } from '../contract/config.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Plan } from '../contract/plan.ts';
import type { Autonomy } from '../contract/task.ts';
import type { Agent, Workflow, WorkflowStage } from '../contract/workflow.ts';
import { AGENTS, WORKFLOWS } from './builtin.ts';
import { GATE_POLICIES } from './gates.ts';

const PLANNERS: ReadonlySet<string> = new Set(['planner', 'architect']);

/** The model of an agent under a config: what the config says of its kind of work. */
function modelOf(agent: Agent, config: Config): string {
  if (PLANNERS.has(agent.name)) return config.models.planning;
  if (agent.name === 'reviewer') return config.models.review;
  return config.models.implementation;
}

/** The agents that a project has enabled, each with its model. */
export function enabledAgents(config: Config): Record<string, Agent> {
  const { enabled, disabled } = config.agents;
  const names = Object.keys(AGENTS).filter(
    (name) => (enabled.length === 0 || enabled.includes(name)) && !disabled.includes(name),
  );
  return Object.fromEntries(
    names.flatMap((name) => {
      const agent = AGENTS[name];
      return agent === undefined ? [] : [[name, { ...agent, model: modelOf(agent, config) }]];
    }),
  );
}

/** Stages in dependency order, ties as listed: each comes after all that it depends on. */
export function inOrder(stages: readonly WorkflowStage[]): WorkflowStage[] {
  const ordered: WorkflowStage[] = [];
  let rest = [...stages];
  while (rest.length > 0) {
    const ready = rest.find((stage) =>
      stage.dependsOn.every((name) => ordered.some((done) => done.name === name)),
    );
    if (ready === undefined) throw new Error('The stages of a workflow depend on each other.');
    ordered.push(ready);
    rest = rest.filter((stage) => stage !== ready);
  }
  return ordered;
}

export const projectWorkflows = (): Readonly<Record<string, Workflow>> => WORKFLOWS;

function unknownWorkflow(name: string) {
  const workflows = Object.keys(projectWorkflows());
  return refuse('unknown_workflow', `Unknown workflow: ${name}`, {
    workflows,
    errors: [{ path: 'workflow', message: `Unknown workflow: ${name}` }],
  });
}

/** The level that a task gets when it asks for none: the project's for this workflow, else its default. */
export const autonomyFor = (config: Config, workflow: string): Autonomy =>
  (Object.hasOwn(config.autonomy.overrides, workflow)
    ? config.autonomy.overrides[workflow]
    : undefined) ?? config.autonomy.default;

/** Resolves all that a task depends on, once, at its creation. */
export function makePlan(config: Config, name: string, autonomy: Autonomy): Result<Plan> {
  const workflow = Object.hasOwn(projectWorkflows(), name) ? projectWorkflows()[name] : undefined;
  if (workflow === undefined) return unknownWorkflow(name);
  const agents = enabledAgents(config);
  const missing = workflow.stages.find(({ agent }) => agents[agent] === undefined);
  if (missing !== undefined) {
    const message = `Workflow ${name} needs the agent ${missing.agent}, which is disabled`;
    return refuse('invalid_request', message, { errors: [{ path: 'workflow', message }] });
  }
  const stages = inOrder(workflow.stages).map((stage) => ({
    ...stage,
    model: agents[stage.agent]?.model ?? config.models.implementation,
    tools: agents[stage.agent]?.tools ?? [],
  }));
  const { limits, prices, project, git, workspace } = config;
  return ok({
    stages,
    gates: GATE_POLICIES[autonomy](stages),
    limits,
    prices,
    config: { project, git, workspace },
  });
}
