import { newId } from '../auth/id.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Listing, PageQuery } from '../contract/listing.ts';
import {
  type Check,
  type CreateMonitorBody,
  MONITOR_ID,
  MONITORS_MAX,
  type Monitor,
  type MonitorsQuery,
} from '../contract/monitor.ts';
import type { Reply } from '../contract/reply.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import {
  findMonitor,
  insertMonitor,
  type ListedMonitor,
  listMonitors as listRows,
} from '../db/monitors.ts';
import { monitorView } from '../domain/monitor-view.ts';
import { redactText } from '../domain/redact.ts';
import { monitorObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { commit, once } from './effect.ts';
import { checkEnvironment } from './environment.ts';
import { listedEnvironments } from './listed-environments.ts';
import { checkConfig } from './monitor-config.ts';
import { shownMonitor, tellsOfMonitor, wakeMonitor } from './monitor-view.ts';
import { namedEnvironment } from './named-environment.ts';
import { readPage } from './paging.ts';
import { loadProject } from './projects.ts';
import { enterProject } from './target.ts';

export const MONITOR_NOT_FOUND = refuse('not_found', 'Monitor not found');

/** The monitor, if it is of a project of the caller's and the role there allows what is asked. */
export async function targetMonitor(ask: Ask, id: string): Promise<Result<ListedMonitor>> {
  if (!MONITOR_ID.test(id)) return MONITOR_NOT_FOUND;
  const row = await findMonitor(platformDb(ask.env), id);
  if (row === null) return MONITOR_NOT_FOUND;
  const project = await enterProject(ask, row.projectId, MONITOR_NOT_FOUND);
  if (!project.ok) return project;
  const here = checkEnvironment(ask, row.environment);
  return here.ok ? ok(row) : here;
}

export async function listMonitors(
  ask: Ask,
  projectId: string,
  { environment, ...query }: MonitorsQuery,
): Promise<Result<Listing<Monitor>>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const shown = listedEnvironments(ask, environment);
  if (!shown.ok) return shown;
  const environments = shown.value;
  const db = new ProjectDb(ask.env, projectId);
  const list = { query, filter: { list: 'monitors', projectId, environments } };
  const page = await readPage(
    ask,
    list,
    (slice) => listRows(db, environments, slice),
    (row) => row,
  );
  if (!page.ok) return page;
  const { data, pagination } = page.value;
  return ok({ data: await Promise.all(data.map((row) => shownMonitor(ask, row))), pagination });
}

export async function getMonitor(ask: Ask, id: string): Promise<Result<Monitor>> {
  const target = await targetMonitor(ask, id);
  return target.ok ? ok(await shownMonitor(ask, target.value)) : target;
}

/** The newest checks, newest first. */
export async function listChecks(
  ask: Ask,
  id: string,
  query: PageQuery,
): Promise<Result<Listing<Check>>> {
  const target = await targetMonitor(ask, id);
  if (!target.ok) return target;
  const object = monitorObject(ask.env, id);
  return readPage(
    ask,
    { query, filter: { list: 'checks', id } },
    ({ after, limit, offset }) => object.checks({ after, limit, offset }),
    ({ id: _, ...check }) => check,
  );
}

export async function createMonitor(
  ask: Ask,
  projectId: string,
  body: CreateMonitorBody,
): Promise<Result<Reply<Monitor>>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  return once(ask, async () => {
    const { environments } = entered.value.row;
    const { environment: inBody, name, ...config } = body;
    const place = namedEnvironment(ask, environments, inBody);
    if (!place.ok) return place;
    const fits = checkConfig(ask, config);
    if (!fits.ok) return fits;
    const row: ListedMonitor = {
      id: newId('mon', ask.now),
      projectId,
      environment: place.value.name,
      name: redactText(name),
      config,
      state: 'unknown',
      since: ask.now,
      paused: false,
      createdBy: ask.actor.id,
      createdAt: ask.now,
      updatedAt: ask.now,
      revision: 1,
      openIncidentId: null,
    };
    return keep(ask, row);
  });
}

async function keep(ask: Ask, row: ListedMonitor): Promise<Result<Reply<Monitor>>> {
  const { id, projectId, environment } = row;
  const body = monitorView(row, null);
  const done = await commit<Monitor>(ask, {
    statements: [insertMonitor(new ProjectDb(ask.env, projectId), row, MONITORS_MAX)],
    deed: {
      projectId,
      action: 'monitor.created',
      target: { type: 'monitor', id },
      environment,
      changes: { before: null, after: { name: row.name, ...row.config } },
    },
    tells: tellsOfMonitor(ask, row, body),
    reply: {
      status: 201,
      body,
      headers: { Location: `/v1/monitors/${id}`, ETag: `"v${row.revision}"` },
    },
  });
  if (done === null) {
    return refuse('limit_reached', `A project has at most ${MONITORS_MAX} monitors.`);
  }
  if (done.ok && done.value.replayed === undefined) await wakeMonitor(ask, id);
  return done;
}
