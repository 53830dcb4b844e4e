import { ok, type Result, refuse } from '../contract/error.ts';
import type { DayWindow, MetricsQuery, ProjectMetrics } from '../contract/metrics.ts';
import { ProjectDb } from '../db/database.ts';
import { sumDeployments } from '../db/deployment-sums.ts';
import { sumIncidents } from '../db/incident-sums.ts';
import { dateOf, spanOf, windowOf } from '../domain/metrics/days.ts';
import { deploymentsOf, incidentsOf } from '../domain/metrics/others.ts';
import { projectDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { checkEnvironment, shownEnvironments } from './environment.ts';
import { askSources } from './metrics-sources.ts';
import { loadProject } from './projects.ts';

interface Wanted {
  readonly window: DayWindow;
  readonly environment: string | null;
  /** Null: all of them. */
  readonly environments: readonly string[] | null;
}

const atQuery = (code: 'unknown_environment' | 'invalid_request', message: string) =>
  refuse(code, message, { errors: [{ path: '?environment', message }] });

/** What is asked for, if the caller may see it. */
async function enter(ask: Ask, projectId: string, query: MetricsQuery): Promise<Result<Wanted>> {
  const window = windowOf(query, ask.now);
  if (!window.ok) return window;
  const inQuery = query.environment;
  if (inQuery !== undefined && ask.environment !== undefined && inQuery !== ask.environment) {
    return atQuery('invalid_request', 'The header and the query name different environments.');
  }
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const environment = inQuery ?? ask.environment;
  if (inQuery !== undefined) {
    if (!entered.value.row.environments.some(({ name }) => name === inQuery)) {
      return atQuery('unknown_environment', 'The project has no environment of this name.');
    }
    const allowed = checkEnvironment(ask, inQuery);
    if (!allowed.ok) return allowed;
  }
  return ok({
    window: window.value,
    environment: environment ?? null,
    environments: shownEnvironments({ ...ask, environment }),
  });
}

/** How a project does and what it costs, over some days. */
export async function readMetrics(
  ask: Ask,
  projectId: string,
  query: MetricsQuery,
): Promise<Result<ProjectMetrics>> {
  const wanted = await enter(ask, projectId, query);
  if (!wanted.ok) return wanted;
  const { window, environment, environments } = wanted.value;
  const { env, actor, now } = ask;
  const db = new ProjectDb(env, projectId);
  const span = spanOf(window);
  const counted = { ...span, environments };
  const spendingOf = actor.environments ?? null;
  const [own, deployments, incidents, others] = await Promise.all([
    projectDoor(env, projectId, 'metrics').read({ window, environments, spendingOf, now }),
    sumDeployments(db, counted),
    sumIncidents(db, counted),
    askSources(env, db, counted),
  ]);
  return ok({
    projectId,
    environment,
    from: new Date(span.sinceMs).toISOString(),
    to: new Date(span.untilMs).toISOString(),
    generatedAt: new Date(now).toISOString(),
    timezone: 'UTC',
    budget: own.budget,
    runtime: {
      ...own.runtime,
      deployments: deploymentsOf(deployments),
      incidents: incidentsOf(incidents),
      ...others,
    },
    usage: own.usage,
  });
}

/** What was used a day, environment, workflow, agent and model, as CSV (RFC 4180). */
export async function readUsageCsv(
  ask: Ask,
  projectId: string,
  query: MetricsQuery,
): Promise<Result<{ readonly name: string; readonly csv: string }>> {
  const wanted = await enter(ask, projectId, query);
  if (!wanted.ok) return wanted;
  const { window, environments } = wanted.value;
  const csv = await projectDoor(ask.env, projectId, 'metrics').csv({ window, environments });
  return ok({ name: `usage-${dateOf(window.first)}-${dateOf(window.last)}.csv`, csv });
}
