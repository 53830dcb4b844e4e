import { newId } from '../auth/id.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { admit, rankOf, roleIn } from '../contract/principal.ts';
import {
  type CreateStandingBody,
  STANDING_HOURS_MAX,
  STANDING_ID,
  STANDING_MAX,
  type Standing,
  type StandingList,
} from '../contract/standing.ts';
import { ProjectDb } from '../db/database.ts';
import { findStandingPlace } from '../db/standing-grantors.ts';
import { canonicalText } from '../domain/canonical-json.ts';
import { type KeptStanding, standingView } from '../domain/standing.ts';
import { heard } from '../rpc/dispatch.ts';
import { projectDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { auditBehind } from './effect.ts';
import { checkEnvironment, shownEnvironments, wantedEnvironment } from './environment.ts';
import { enterProject, targetProject } from './target.ts';

const NOT_FOUND = refuse('not_found', 'Standing approval not found');
const PROTECTED = refuse(
  'invalid_request',
  'Nothing is approved beforehand in a protected environment.',
  {
    errors: [
      {
        path: 'environment',
        message: 'Nothing is approved beforehand in a protected environment.',
      },
    ],
  },
);
const HOUR_MS = 3_600_000;

const wrongTerm = (message: string) =>
  refuse('invalid_request', message, { errors: [{ path: 'expiresAt', message }] });

/** An instant that is to come, and soon enough. */
function checkTerm({ now }: Ask, expiresAt: string): Result<null> {
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return wrongTerm('ExpiresAt must be in the future');
  const isLong = left > STANDING_HOURS_MAX * HOUR_MS;
  return isLong
    ? wrongTerm(`ExpiresAt must be at most ${STANDING_HOURS_MAX} hours away`)
    : ok(null);
}

/** The id says in which project it lives. */
const newStandingId = ({ now }: Ask, projectId: string): string =>
  `sta_${projectId.slice('prj_'.length)}${newId('sta', now).slice('sta_'.length)}`;
const PROJECT_DIGITS = 26;
const projectOf = (id: string): string => `prj_${id.slice('sta_'.length).slice(0, PROJECT_DIGITS)}`;

/** A person agrees beforehand. Refused where the environment is protected, or the term too long. */
export async function createStanding(
  ask: Ask,
  body: CreateStandingBody,
): Promise<Result<Standing>> {
  const project = await targetProject(ask, body.projectId);
  if (!project.ok) return project;
  const place = wantedEnvironment(ask, project.value, body.environment);
  if (!place.ok) return place;
  const said = canonicalText(body.match);
  if (!said.ok) return said;
  const term = checkTerm(ask, body.expiresAt);
  if (!term.ok) return term;
  const { id: projectId } = project.value;
  const environment = place.value;
  const found = await findStandingPlace(new ProjectDb(ask.env, projectId), environment, []);
  if (found.isProtected === true) return PROTECTED;
  const { match, maxUses, maxCostUsd } = body;
  const standing: KeptStanding = {
    id: newStandingId(ask, projectId),
    projectId,
    match,
    environment,
    maxUses,
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    expiresAt: new Date(body.expiresAt).toISOString(),
    createdBy: ask.actor.id,
    createdAt: new Date(ask.now).toISOString(),
    uses: 0,
    spent: {},
  };
  const door = projectDoor(ask.env, projectId, 'standing');
  const added = await door.add(standing, STANDING_MAX, ask.idempotency);
  if (added.ok && !added.replayed) await audit(ask, added.value, 'standing.created');
  const kept = heard(ask, added);
  return kept.ok ? ok(standingView(kept.value)) : kept;
}

const audit = (ask: Ask, standing: KeptStanding, action: string): Promise<void> => {
  const { id, projectId, environment } = standing;
  const { spent: _, ...seen } = standing;
  const isNew = action === 'standing.created';
  return auditBehind(ask, {
    projectId,
    action,
    target: { type: 'standing', id },
    environment,
    changes: { before: isNew ? null : seen, after: isNew ? seen : null },
  });
};

/** Those of a project that hold. */
export async function listStanding(
  ask: Ask,
  projectId: string | undefined,
): Promise<Result<StandingList>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const environments = shownEnvironments(ask);
  const all = await projectDoor(ask.env, project.value.id, 'standing').list(ask.now);
  const standing = all
    .filter(({ environment }) => environments?.includes(environment) !== false)
    .map(standingView);
  return ok({ standing, count: standing.length });
}

/** Ends one at once: who has made it, or a project admin. */
export async function endStanding(ask: Ask, id: string): Promise<Result<{ ok: true }>> {
  if (!STANDING_ID.test(id)) return NOT_FOUND;
  const projectId = projectOf(id);
  const admitted = admit(ask.actor, { projectId }, NOT_FOUND);
  if (!admitted.ok) return admitted;
  const project = await enterProject(ask, projectId, NOT_FOUND);
  if (!project.ok) return project;
  const door = projectDoor(ask.env, projectId, 'standing');
  const standing = await door.find(id);
  if (standing === null) return NOT_FOUND;
  const here = checkEnvironment(ask, standing.environment);
  if (!here.ok) return here;
  const role = roleIn(ask.actor, projectId);
  const isAdmin = role !== undefined && rankOf(role) >= rankOf('project-admin');
  if (!isAdmin && standing.createdBy !== ask.actor.id) {
    return refuse('role_too_low', 'Only who has made it, or a project admin, ends it.');
  }
  if (!(await door.remove(id))) return NOT_FOUND;
  await audit(ask, standing, 'standing.ended');
  return ok({ ok: true });
}
