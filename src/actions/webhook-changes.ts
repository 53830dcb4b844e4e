// Changing and removing a webhook endpoint, and giving it another secret.

import { wrap } from '../auth/wrapping.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { assertPublicUrl } from '../contract/public-url.ts';
import type { Reply } from '../contract/reply.ts';
import type { Endpoint, Rotated } from '../contract/webhook.ts';
import type { ChangeEndpointBody, RotateBody } from '../contract/webhook-request.ts';
import { ProjectDb } from '../db/database.ts';
import { deleteEndpoint, rotateEndpoint, updateEndpoint } from '../db/endpoint-changes.ts';
import { endpointView } from '../db/endpoint-view.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import { filterOf } from '../domain/addressee.ts';
import { redactText } from '../domain/redact.ts';
import { newSecret, secretHint } from '../webhooks/secret.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { commit, type Deed } from './effect.ts';
import { endpointHeaders } from './endpoint-headers.ts';
import { checkRevision, type Precondition } from './precondition.ts';
import {
  awaitKnown,
  awaitSeen,
  type Found,
  targetEndpoint,
  tellOfEndpoint,
} from './target-endpoint.ts';
import { knownEnvironments } from './webhooks.ts';

const NO_URL = refuse('validation_failed', 'A listener has no URL.', {
  errors: [{ path: 'url', pointer: '/url', code: 'custom', message: 'A listener has no URL.' }],
});

interface Named {
  readonly id: string;
  readonly precondition: Precondition;
}

const deedOf = (
  { projectId, id }: EndpointRow,
  action: string,
  changes?: NonNullable<Deed['changes']>,
): Deed => ({
  projectId,
  action,
  target: { type: 'webhook', id },
  ...(changes && { changes }),
});

/** What was decided about the endpoint as it is now. Once this answers, its object and its project know. */
async function change<T>(
  ask: Ask,
  { id, precondition }: Named,
  attempt: (found: Found) => Promise<Result<Reply<T>> | null>,
): Promise<Result<Reply<T>>> {
  return changeOnce(
    ask,
    () => targetEndpoint(ask, id),
    async (found) => {
      const fits = checkRevision(precondition, found.row);
      if (!fits.ok) return fits;
      const done = await attempt(found);
      if (done?.ok) await Promise.all([awaitSeen(ask, id), awaitKnown(ask, found.row.projectId)]);
      return done;
    },
  );
}

export const changeEndpoint = (
  ask: Ask,
  named: Named,
  body: ChangeEndpointBody,
): Promise<Result<Reply<Endpoint>>> =>
  change(ask, named, async (found) => {
    const { row } = found;
    const after = changed(ask, found, body);
    if (!after.ok) return after;
    const view = endpointView({ ...after.value, revision: row.revision + 1 });
    return commit<Endpoint>(ask, {
      statements: [updateEndpoint(new ProjectDb(ask.env, row.projectId), after.value)],
      deed: deedOf(row, 'webhook.changed', { before: endpointView(row), after: view }),
      tells: tellOfEndpoint(ask, row.id),
      reply: { status: 200, body: view, headers: { ETag: endpointHeaders(view).ETag } },
    });
  });

function changed(ask: Ask, { row, project }: Found, body: ChangeEndpointBody): Result<EndpointRow> {
  if (body.url !== undefined && row.url === null) return NO_URL;
  const { url = row.url, state = row.state } = body;
  // A URL that was allowed when it was kept is judged anew before it is called again: the rules may have grown.
  const isCalled = body.url !== undefined || body.state === 'enabled';
  const allowed = url !== null && isCalled ? assertPublicUrl(ask.env, url) : ok(null);
  if (!allowed.ok) return allowed;
  const environments =
    body.environments === undefined
      ? ok(row.environments)
      : knownEnvironments(ask, project, body.environments);
  if (!environments.ok) return environments;
  const isDisabledNow = state === 'disabled' && row.state === 'enabled';
  return ok({
    ...row,
    url,
    description: redactText(body.description ?? row.description),
    types: body.types === undefined ? row.types : [...new Set(body.types)],
    environments: environments.value,
    filter: body.filter === undefined ? row.filter : filterOf(body.filter),
    payload: body.payload ?? row.payload,
    ordering: body.ordering ?? row.ordering,
    ratePerSecond: body.ratePerSecond ?? row.ratePerSecond,
    state,
    disabledReason: state === 'enabled' ? null : isDisabledNow ? 'manual' : row.disabledReason,
    updatedAt: ask.now,
  });
}

const stillPromised = (until: number) =>
  refuse(
    'conflict',
    'The secret before still signs. Wait for the end of its grace, or rotate with graceSeconds 0 to end it now.',
    { previousUntil: new Date(until).toISOString() },
  );

/** A new secret. The one before it signs too until its grace is over, so that receivers can change theirs in peace. */
export const rotateSecret = (
  ask: Ask,
  named: Named,
  { graceSeconds }: RotateBody,
): Promise<Result<Reply<Rotated>>> =>
  change(ask, named, async ({ row }) => {
    const { previousUntil: promised } = row;
    // The one before was promised until then, and only two can sign.
    if (graceSeconds > 0 && promised !== null && promised > ask.now) return stillPromised(promised);
    const secret = newSecret();
    const previousUntil = ask.now + graceSeconds * 1_000;
    const next = {
      secretWrapped: await wrap(ask.env, 'webhook-wrap', secret),
      secretHint: secretHint(secret),
      previousUntil,
      now: ask.now,
    };
    return commit<Rotated>(ask, {
      statements: [rotateEndpoint(new ProjectDb(ask.env, row.projectId), row, next)],
      deed: deedOf(row, 'webhook.secret_rotated', {
        before: { secretHint: row.secretHint },
        after: { secretHint: next.secretHint, graceSeconds },
      }),
      tells: tellOfEndpoint(ask, row.id),
      reply: {
        status: 200,
        body: { secret, previousUntil: new Date(previousUntil).toISOString() },
        headers: { ETag: `"v${row.revision + 1}"` },
        secrets: ['secret'],
      },
    });
  });

/** Removes it with all that waits for it. */
export const removeEndpoint = (ask: Ask, named: Named): Promise<Result<Reply<null>>> =>
  change(ask, named, async ({ row }) =>
    commit<null>(ask, {
      statements: [deleteEndpoint(new ProjectDb(ask.env, row.projectId), row)],
      deed: deedOf(row, 'webhook.deleted', { before: endpointView(row), after: null }),
      tells: tellOfEndpoint(ask, row.id),
      reply: { status: 204, body: null },
    }),
  );
