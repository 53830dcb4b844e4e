// Webhook endpoints: where events of a project are sent.

import { newId } from '../auth/id.ts';
import { wrap } from '../auth/wrapping.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Listing } from '../contract/listing.ts';
import { assertPublicUrl } from '../contract/public-url.ts';
import type { Reply } from '../contract/reply.ts';
import {
  ENDPOINTS_MAX,
  type Endpoint,
  type EndpointsQuery,
  type EndpointWithSecret,
} from '../contract/webhook.ts';
import type { CreateEndpointBody } from '../contract/webhook-request.ts';
import { ProjectDb } from '../db/database.ts';
import { insertEndpoint, listEndpoints } from '../db/endpoint-changes.ts';
import { endpointView } from '../db/endpoint-view.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import { filterOf } from '../domain/addressee.ts';
import { environmentsOf } from '../domain/client-rules.ts';
import { redactText } from '../domain/redact.ts';
import { newKeyPair, newSecret, secretHint } from '../webhooks/secret.ts';
import type { Ask } from './ask.ts';
import { commit, once } from './effect.ts';
import { endpointHeaders } from './endpoint-headers.ts';
import type { Project } from './known-project.ts';
import { ensureLocalProject } from './local-project.ts';
import { readPage } from './paging.ts';
import { targetProject } from './target.ts';
import { awaitKnown, targetEndpoint, tellOfEndpoint } from './target-endpoint.ts';

const LIMIT = refuse('limit_reached', `A project has at most ${ENDPOINTS_MAX} webhook endpoints.`);

export async function readEndpoints(
  ask: Ask,
  { projectId, ...query }: EndpointsQuery,
): Promise<Result<Listing<Endpoint>>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const { id } = project.value;
  const shown = {
    fence: ask.actor.environments ?? null,
    environment: ask.environment ?? null,
  };
  const filter = { list: 'webhooks', projectId: id, ...shown };
  const db = new ProjectDb(ask.env, id);
  return readPage(
    ask,
    { query, filter },
    (slice) => listEndpoints(db, { ...slice, ...shown }),
    endpointView,
  );
}

export async function readEndpoint(ask: Ask, id: string): Promise<Result<Endpoint>> {
  const target = await targetEndpoint(ask, id);
  return target.ok ? ok(endpointView(target.value.row)) : target;
}

/** Makes one. Once this answers, it hears of everything that happens. */
export async function createEndpoint(
  ask: Ask,
  body: CreateEndpointBody,
): Promise<Result<Reply<EndpointWithSecret>>> {
  const project = await targetProject(ask, body.projectId);
  if (!project.ok) return project;
  // An endpoint is a row beside that of its project.
  await ensureLocalProject(ask);
  return once(ask, async () => {
    const url = assertPublicUrl(ask.env, body.url);
    if (!url.ok) return url;
    const environments = knownEnvironments(ask, project.value, body.environments);
    if (!environments.ok) return environments;
    const { secret = newSecret() } = body;
    const row = await newRow(ask, { ...body, secret, projectId: project.value.id });
    return keep(ask, { ...row, environments: environments.value }, secret);
  });
}

/** The environments that an endpoint hears of: they exist, and the credential is for them. Null: all. */
export function knownEnvironments(
  { actor, environment }: Ask,
  project: Project,
  wanted: readonly string[] | null | undefined,
): Result<readonly string[] | null> {
  const asked = wanted === undefined && environment !== undefined ? [environment] : wanted;
  const unknown = asked?.find((name) => !project.environments.includes(name));
  if (unknown !== undefined) {
    const message = `Environments must be of: ${project.environments.join(', ')}`;
    const error = { path: 'environments', pointer: '/environments', code: 'custom', message };
    return refuse('validation_failed', message, { errors: [error] });
  }
  return environmentsOf(actor, asked);
}

async function newRow(
  { env, actor, now }: Ask,
  body: CreateEndpointBody & { readonly secret: string; readonly projectId: string },
): Promise<EndpointRow> {
  const { privateKey, publicKey } = await newKeyPair();
  return {
    id: newId('whe', now),
    projectId: body.projectId,
    url: body.url,
    listener: null,
    listenedAt: null,
    description: redactText(body.description),
    types: [...new Set(body.types)],
    environments: null,
    filter: filterOf(body.filter),
    payload: body.payload,
    ordering: body.ordering,
    ratePerSecond: body.ratePerSecond,
    secretWrapped: await wrap(env, 'webhook-wrap', body.secret),
    secretHint: secretHint(body.secret),
    previousWrapped: null,
    previousUntil: null,
    edPublic: publicKey,
    edPrivateWrapped: await wrap(env, 'webhook-wrap', privateKey),
    state: 'enabled',
    disabledReason: null,
    createdBy: actor.id,
    createdAt: now,
    updatedAt: now,
    revision: 1,
  };
}

async function keep(
  ask: Ask,
  row: EndpointRow,
  secret: string,
): Promise<Result<Reply<EndpointWithSecret>>> {
  const { projectId } = row;
  const made = await commit<EndpointWithSecret>(ask, {
    statements: [insertEndpoint(new ProjectDb(ask.env, projectId), row, ENDPOINTS_MAX)],
    deed: {
      projectId,
      action: 'webhook.created',
      target: { type: 'webhook', id: row.id },
      changes: { before: null, after: endpointView(row) },
    },
    tells: tellOfEndpoint(ask, row.id),
    reply: {
      status: 201,
      body: { ...endpointView(row), secret },
      headers: endpointHeaders(row),
      secrets: ['secret'],
    },
  });
  if (made === null) return LIMIT;
  await awaitKnown(ask, projectId);
  return made;
}
