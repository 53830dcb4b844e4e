// OAuth clients: made in a project, and governed by those who may do there what the client may.

import { newId } from '../auth/id.ts';
import { newSecret } from '../auth/secret.ts';
import { hashSecret, hintOf } from '../auth/secret-hash.ts';
import {
  CLIENTS_MAX,
  type Client,
  type ClientsQuery,
  type ClientWithSecret,
  type CreateClientBody,
} from '../contract/client.ts';
import { API_VERSION } from '../contract/credential-field.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Listing } from '../contract/listing.ts';
import { admit, type Role, scopesIn } from '../contract/principal.ts';
import { assertPublicUrl } from '../contract/public-url.ts';
import type { Reply } from '../contract/reply.ts';
import { insertSecret } from '../db/client-secrets.ts';
import { type ClientRow, insertClient, listClients } from '../db/clients.ts';
import { platformDb } from '../db/database.ts';
import {
  checkClient,
  environmentsOf,
  mayGiveRole,
  mayGiveScopes,
  methodOf,
} from '../domain/client-rules.ts';
import type { Ask } from './ask.ts';
import { clientHeaders, clientView } from './client-view.ts';
import { commit, once } from './effect.ts';
import { ensureLocalProject } from './local-project.ts';
import { readPage } from './paging.ts';
import { targetProject } from './target.ts';
import { targetClient } from './target-client.ts';

const LIMIT = refuse('limit_reached', `A project has at most ${CLIENTS_MAX} clients.`);
const PROJECT_NOT_FOUND = refuse('not_found', 'Project not found');

/** The clients of one project, or of all where the caller may see clients. */
export async function readClients(
  ask: Ask,
  { projectId, ...query }: ClientsQuery,
): Promise<Result<Listing<Client>>> {
  const projects = await projectsToList(ask, projectId);
  if (!projects.ok) return projects;
  const { env, now } = ask;
  const list = { query, filter: { list: 'clients', projectId: projectId ?? null } };
  return readPage(
    ask,
    list,
    (slice) => listClients(platformDb(env), projects.value, { ...slice, now }),
    clientView,
  );
}

async function projectsToList(
  ask: Ask,
  projectId: string | undefined,
): Promise<Result<readonly string[] | null>> {
  const { actor } = ask;
  if (projectId !== undefined) {
    const project = await targetProject(ask, projectId);
    if (!project.ok) return project;
    const admitted = admit(actor, { projectId }, PROJECT_NOT_FOUND);
    return admitted.ok ? ok([projectId]) : admitted;
  }
  if (actor.projects === 'all') return ok(null);
  const seen = (id: string): boolean => scopesIn(actor, id).includes('clients:read');
  return ok(Object.keys(actor.projects).filter(seen));
}

export async function readClient(ask: Ask, id: string): Promise<Result<Client>> {
  const target = await targetClient(ask, id);
  return target.ok ? ok(clientView(target.value)) : target;
}

export async function createClient(
  ask: Ask,
  body: CreateClientBody,
): Promise<Result<Reply<ClientWithSecret>>> {
  const project = await targetProject(ask, body.projectId);
  if (!project.ok) return project;
  const { id: projectId } = project.value;
  const admitted = admit(ask.actor, { projectId }, PROJECT_NOT_FOUND);
  if (!admitted.ok) return admitted;
  // A client is a row beside that of its project.
  await ensureLocalProject(ask);
  return once(ask, async () => {
    const row = rowOf(ask, projectId, body);
    return row.ok ? keep(ask, row.value) : row;
  });
}

function rowOf(ask: Ask, projectId: string, body: CreateClientBody): Result<ClientRow> {
  const { actor, env, now } = ask;
  const { kind, redirectUris, jwks = null, jwksUri = null } = body;
  const authMethod = methodOf(body);
  const whole = checkClient({ kind, authMethod, redirectUris, jwks, jwksUri, role: body.role });
  if (!whole.ok) return whole;
  const keys = jwksUri === null ? ok(null) : assertPublicUrl(env, jwksUri);
  if (!keys.ok) return keys;
  const role: Role | null = kind === 'service' ? (body.role ?? 'developer') : null;
  const roleGiven = mayGiveRole(actor, projectId, role);
  if (!roleGiven.ok) return roleGiven;
  const scopes = [...new Set(body.scopes)];
  const scopesGiven = mayGiveScopes(actor, projectId, scopes);
  if (!scopesGiven.ok) return scopesGiven;
  const environments = environmentsOf(actor, body.environments);
  if (!environments.ok) return environments;
  const made = { createdBy: actor.id, createdAt: now, updatedAt: now, disabledAt: null };
  return ok({
    id: newId('cli', now),
    projectId,
    name: body.name,
    kind,
    authMethod,
    role,
    redirectUris: [...new Set(redirectUris)],
    scopes,
    environments: environments.value,
    jwks,
    jwksUri,
    ratePerMinute: body.rateLimitPerMinute ?? null,
    apiVersion: API_VERSION,
    ...made,
    revision: 1,
    secrets: [],
  });
}

async function keep(ask: Ask, bare: ClientRow): Promise<Result<Reply<ClientWithSecret>>> {
  const { env, now } = ask;
  const db = platformDb(env);
  const [insert, ...join] = insertClient(db, bare, CLIENTS_MAX);
  const secret = bare.authMethod === 'client_secret' ? newSecret('cs') : null;
  const kept =
    secret === null ? null : { id: newId('sec', now), hint: hintOf(secret), createdAt: now };
  const row = kept ? { ...bare, secrets: [{ ...kept, expiresAt: null, lastUsedAt: null }] } : bare;
  const hashed =
    secret && kept ? [{ ...kept, clientId: row.id, hash: await hashSecret(env, secret) }] : [];
  const made = await commit<ClientWithSecret>(ask, {
    statements: [insert, ...join, ...hashed.map((one) => insertSecret(db, one, null))],
    deed: {
      projectId: row.projectId,
      action: 'client.created',
      target: { type: 'client', id: row.id },
      changes: { before: null, after: clientView(row) },
    },
    reply: {
      status: 201,
      body: { ...clientView(row), secret },
      headers: clientHeaders(row),
      secrets: secret === null ? [] : ['secret'],
    },
  });
  return made ?? LIMIT;
}
