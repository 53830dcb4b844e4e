import type { Config } from '../contract/config.ts';
import type { FieldError } from '../contract/error.ts';
import type { Agent, Workflow } from '../contract/workflow.ts';
import type { WorkflowStage } from '../contract/workflow-stage.ts';
import { AGENTS, WORKFLOWS } from './builtin.ts';

/** An agent as a run needs it: what everybody may see, and what it is told. */
export interface WorkingAgent extends Agent {
  readonly prompt?: string;
  readonly skills?: readonly string[];
}

const PLANNERS: ReadonlySet<string> = new Set(['planner', 'architect']);

/** The model of an agent's kind of work. */
function modelOf(name: string, { models }: Config): string {
  if (PLANNERS.has(name)) return models.planning;
  return name === 'reviewer' ? models.review : models.implementation;
}

function customAgents(config: Config): [string, WorkingAgent][] {
  return Object.entries(config.agents.custom).map(([name, agent]) => {
    const { description, tools, model, prompt, skills } = agent;
    return [
      name,
      {
        name,
        description,
        tools,
        model: model === 'inherit' ? modelOf(name, config) : model,
        ...(prompt === undefined ? {} : { prompt }),
        ...(skills === undefined ? {} : { skills }),
      },
    ];
  });
}

/** Every agent that a project knows, the enabled and the disabled; its own replace built-in ones. */
function knownAgents(config: Config): Record<string, WorkingAgent> {
  const builtIn = Object.entries(AGENTS).map(([name, agent]): [string, WorkingAgent] => [
    name,
    { ...agent, model: modelOf(name, config) },
  ]);
  return Object.fromEntries([...builtIn, ...customAgents(config)]);
}

/** The agents that a project has enabled, each with its model. */
export function enabledAgents(config: Config): Record<string, WorkingAgent> {
  const { enabled, disabled } = config.agents;
  const isEnabled = (name: string): boolean =>
    (enabled.length === 0 || enabled.includes(name)) && !disabled.includes(name);
  const all = Object.entries(knownAgents(config)).filter(([name]) => isEnabled(name));
  return Object.fromEntries(all);
}

/** The workflows of a project: the built-in ones, and its own over them. */
export function projectWorkflows(config: Config): Record<string, Workflow> {
  const own = Object.entries(config.workflows).map(([name, { description, triggers, stages }]) => {
    const whole = stages.map(({ gate, ...stage }): WorkflowStage => {
      return gate === undefined ? stage : { ...stage, gate };
    });
    return [name, { name, description, triggers, stages: whole }] as const;
  });
  return Object.fromEntries([...Object.entries(WORKFLOWS), ...own]);
}

/** Stages in dependency order, ties as listed; null if they wait for each other. */
export function inOrder<S extends Pick<WorkflowStage, 'name' | 'dependsOn'>>(
  stages: readonly S[],
): S[] | null {
  const ordered: S[] = [];
  let rest = [...stages];
  while (rest.length > 0) {
    const ready = rest.find((stage) =>
      stage.dependsOn.every((name) => ordered.some((done) => done.name === name)),
    );
    if (ready === undefined) return null;
    ordered.push(ready);
    rest = rest.filter((stage) => stage !== ready);
  }
  return ordered;
}

type Stages = Config['workflows'][string]['stages'];

function stageFaults(path: string, stages: Stages, config: Config): FieldError[] {
  const names = stages.map(({ name }) => name);
  const agents = knownAgents(config);
  const fault = (at: string, message: string) => ({ path: at, message: `${at} ${message}` });
  const faults = stages.flatMap((stage, index) => {
    const at = `${path}.${index}`;
    const unknown = stage.dependsOn.filter((name) => !names.includes(name));
    return [
      ...(names.indexOf(stage.name) < index ? [fault(`${at}.name`, 'must be unique')] : []),
      ...(Object.hasOwn(agents, stage.agent)
        ? []
        : [fault(`${at}.agent`, 'must be a known agent')]),
      ...(unknown.length === 0
        ? []
        : [fault(`${at}.dependsOn`, 'must name stages of the workflow')]),
    ];
  });
  if (faults.length > 0 || inOrder(stages) !== null) return faults;
  return [fault(path, 'must not depend on each other in a circle')];
}

/** What is wrong with the workflows and gates of a config beyond the form of each entry. */
export function workflowFaults(config: Config): FieldError[] {
  const workflows = Object.entries(config.workflows).flatMap(([name, { stages }]) =>
    stageFaults(`workflows.${name}.stages`, stages, config),
  );
  const names = config.gates.map(({ name }) => name);
  const gates = names.flatMap((name, index) => {
    const path = `gates.${index}.name`;
    return names.indexOf(name) < index ? [{ path, message: `${path} must be unique` }] : [];
  });
  return [...workflows, ...gates];
}
