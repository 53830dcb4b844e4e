import { newId } from '../auth/id.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import {
  type CreateIncidentBody,
  INCIDENT_ID,
  type Incident,
  type IncidentsQuery,
  OPEN_BY_HAND_MAX,
} from '../contract/incident.ts';
import type { Listing } from '../contract/listing.ts';
import type { Reply } from '../contract/reply.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import {
  changeIncidentRow,
  findIncident,
  listIncidents as listRows,
  openByHand,
  placeOfIncident,
} from '../db/incidents.ts';
import { changeIncident, type IncidentDeed, newIncident } from '../domain/incident.ts';
import { newsOfIncident } from '../domain/incident-news.ts';
import { redactMembers } from '../domain/redact.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { commit, once } from './effect.ts';
import { checkEnvironment } from './environment.ts';
import { happeningOf } from './happening.ts';
import { listedEnvironments } from './listed-environments.ts';
import { namedEnvironment } from './named-environment.ts';
import { readPage } from './paging.ts';
import { loadProject } from './projects.ts';
import { enterProject } from './target.ts';

const NOT_FOUND = refuse('not_found', 'Incident not found');

async function targetIncident(ask: Ask, id: string): Promise<Result<Incident>> {
  if (!INCIDENT_ID.test(id)) return NOT_FOUND;
  const incident = await findIncident(platformDb(ask.env), id);
  if (incident === null) return NOT_FOUND;
  const project = await enterProject(ask, incident.projectId, NOT_FOUND);
  if (!project.ok) return project;
  const here = checkEnvironment(ask, incident.environment);
  return here.ok ? ok(incident) : here;
}

export async function listIncidents(
  ask: Ask,
  projectId: string,
  { state, monitorId, environment, ...query }: IncidentsQuery,
): Promise<Result<Listing<Incident>>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const shown = listedEnvironments(ask, environment);
  if (!shown.ok) return shown;
  const wanted = {
    environments: shown.value,
    state: state ?? null,
    monitorId: monitorId ?? null,
  };
  const db = new ProjectDb(ask.env, projectId);
  return readPage(
    ask,
    { query, filter: { list: 'incidents', projectId, ...wanted } },
    (slice) => listRows(db, wanted, slice),
    (incident) => incident,
  );
}

export const getIncident = (ask: Ask, id: string): Promise<Result<Incident>> =>
  targetIncident(ask, id);

/** An incident that a person or a service has seen. */
export async function createIncident(
  ask: Ask,
  projectId: string,
  sent: CreateIncidentBody,
): Promise<Result<Reply<Incident>>> {
  const body = redactMembers(sent);
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  return once(ask, async () => {
    const place = namedEnvironment(ask, entered.value.row.environments, body.environment);
    if (!place.ok) return place;
    const { actor, env, now } = ask;
    const { title, severity, summary } = body;
    const environment = place.value.name;
    const db = new ProjectDb(env, projectId);
    const surroundings = await placeOfIncident(db, environment, now);
    const { suspectDeploymentId } = surroundings;
    const made = { id: newId('inc', now), projectId, environment, monitorId: null } as const;
    const evidence = { checks: [], sla: null };
    const incident = newIncident(
      { ...made, kind: 'manual', severity, title, summary, evidence, suspectDeploymentId },
      { actor: actor.id, at: now },
    );
    const done = await commit<Incident>(ask, {
      statements: [openByHand(db, incident, OPEN_BY_HAND_MAX)],
      deed: {
        projectId,
        action: 'incident.opened',
        target: { type: 'incident', id: incident.id },
        environment,
        changes: { before: null, after: { title, severity } },
      },
      tells: [happeningOf(ask, newsOfIncident(incident, surroundings))],
      reply: {
        status: 201,
        body: incident,
        headers: { Location: `/v1/incidents/${incident.id}`, ETag: '"v1"' },
      },
    });
    return done ?? refuse('limit_reached', `At most ${OPEN_BY_HAND_MAX} incidents are open.`);
  });
}

const ACTIONS: Readonly<Record<IncidentDeed['type'], string>> = {
  acknowledge: 'incident.acknowledged',
  resolve: 'incident.resolved',
  note: 'incident.noted',
};

/** Acknowledges or resolves it, or writes a note. */
export function moveIncident(
  ask: Ask,
  id: string,
  { type, note }: Pick<IncidentDeed, 'type' | 'note'>,
): Promise<Result<Reply<Incident>>> {
  return changeOnce(
    ask,
    () => targetIncident(ask, id),
    async (before) => {
      const deed = { type, ...redactMembers({ note }), actor: ask.actor.id, at: ask.now };
      const changed = changeIncident(before, deed);
      if (!changed.ok) return changed;
      const after = changed.value;
      const { projectId, environment, revision } = after;
      const db = new ProjectDb(ask.env, projectId);
      const place = await placeOfIncident(db, environment, ask.now);
      return commit<Incident>(ask, {
        statements: [changeIncidentRow(db, after)],
        deed: {
          projectId,
          action: ACTIONS[type],
          target: { type: 'incident', id },
          environment,
          changes: { before: { state: before.state }, after: { state: after.state } },
        },
        tells: [happeningOf(ask, newsOfIncident(after, place))],
        reply: { status: 200, body: after, headers: { ETag: `"v${revision}"` } },
      });
    },
  );
}
