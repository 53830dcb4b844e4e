import type { Config } from '../contract/config.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Agent, Workflow } from '../contract/workflow.ts';
import { wholeConfig } from '../domain/config.ts';
import { enabledAgents, projectWorkflows } from '../domain/workflows.ts';
import { heard } from '../rpc/dispatch.ts';
import { projectObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { auditBehind, type Deed } from './effect.ts';
import type { Project } from './known-project.ts';
import { targetProject } from './target.ts';

/** What configs came to when they were last read: the same text is the same config. */
const parsed = new Map<string, { readonly text: string; readonly config: Config }>();
const PARSED_MAX = 1_000;
const AUDITED_CHARS_MAX = 4_000;

/** The config of a project that is known to exist. */
export async function configOf(ask: Ask, project: Project): Promise<Config> {
  const stored = await projectObject(ask.env, project.id).readConfigPatch();
  const text = JSON.stringify([project.name, stored]);
  const known = parsed.get(project.id);
  if (known?.text === text) return known.config;
  const config = wholeConfig(project.name, stored);
  if (parsed.size >= PARSED_MAX) parsed.clear();
  parsed.set(project.id, { text, config });
  return config;
}

export async function readConfig(ask: Ask, projectId?: string): Promise<Result<Config>> {
  const project = await targetProject(ask, projectId);
  return project.ok ? ok(await configOf(ask, project.value)) : project;
}

/** Changes a part of the config. Running tasks keep the one they were created with. */
export async function patchConfig(
  ask: Ask,
  projectId: string | undefined,
  change: Readonly<Record<string, unknown>>,
): Promise<Result<Config>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const { id, name } = project.value;
  const changed = await projectObject(ask.env, id).changeConfig(name, change, ask.idempotency);
  if (changed.ok && !changed.replayed) await auditBehind(ask, deedOf(id, change));
  return heard(ask, changed);
}

/** What was set; of a long text, only where. */
function deedOf(projectId: string, change: Readonly<Record<string, unknown>>): Deed {
  const isLong = JSON.stringify(change).length > AUDITED_CHARS_MAX;
  return {
    projectId,
    action: 'config.changed',
    target: { type: 'config', id: projectId },
    changes: { before: null, after: isLong ? { members: Object.keys(change) } : change },
  };
}

/** The enabled agents, without their prompts. */
export async function listAgents(
  ask: Ask,
  projectId?: string,
): Promise<Result<{ agents: Record<string, Agent> }>> {
  const config = await readConfig(ask, projectId);
  if (!config.ok) return config;
  const agents = Object.entries(enabledAgents(config.value)).map(([name, agent]) => {
    const { description, tools, model } = agent;
    return [name, { name, description, tools, model }] as const;
  });
  return ok({ agents: Object.fromEntries(agents) });
}

export async function getAgent(ask: Ask, name: string, projectId?: string): Promise<Result<Agent>> {
  const listed = await listAgents(ask, projectId);
  if (!listed.ok) return listed;
  const { agents } = listed.value;
  const agent = Object.hasOwn(agents, name) ? agents[name] : undefined;
  return agent === undefined ? refuse('not_found', 'Agent not found') : ok(agent);
}

export async function listWorkflows(
  ask: Ask,
  projectId?: string,
): Promise<Result<{ workflows: Record<string, Workflow> }>> {
  const config = await readConfig(ask, projectId);
  return config.ok ? ok({ workflows: projectWorkflows(config.value) }) : config;
}

/** Writes a page of the listing anew from the tasks themselves; `next` is the cursor of the next page. */
export async function rebuildListing(
  ask: Ask,
  projectId: string | undefined,
  after = '',
): Promise<Result<{ ok: true; rebuilt: number; removed: number; next?: string }>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const { id } = project.value;
  const door = projectObject(ask.env, id);
  const page = heard(ask, await door.rebuildListing(id, after, ask.idempotency));
  if (!page.ok) return page;
  const { rebuilt, removed, next } = page.value;
  const done = { ok: true, rebuilt, removed } as const;
  return ok(next === null ? done : { ...done, next });
}
