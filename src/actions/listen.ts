// Webhooks for who has no public address: an endpoint without a URL, whose deliveries go out over a socket.

import { newId } from '../auth/id.ts';
import { unwrapText, wrap } from '../auth/wrapping.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import {
  GREETING_HEADER,
  type Greeting,
  type ListenReady,
  readWishes,
} from '../contract/listen.ts';
import { WATCHER_HEADER } from '../contract/watcher.ts';
import { ENDPOINTS_MAX, RATE_PER_SECOND } from '../contract/webhook.ts';
import { ProjectDb } from '../db/database.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import {
  changeListener,
  findListener,
  insertListener,
  touchListener,
} from '../db/webhook-listeners.ts';
import { newKeyPair, newSecret, secretHint } from '../webhooks/secret.ts';
import type { Ask } from './ask.ts';
import { registerSocket, watcherOf } from './close-sockets.ts';
import { commit } from './effect.ts';
import { checkWhole } from './environment.ts';
import { ensureLocalProject } from './local-project.ts';
import { protocolOf, speak } from './socket-protocol.ts';
import { targetProject } from './target.ts';
import { awaitKnown, tellOfEndpoint } from './target-endpoint.ts';

const FULL = refuse('limit_reached', `A project has at most ${ENDPOINTS_MAX} endpoints.`);
const UNREADABLE = refuse('unavailable', 'The secret of the endpoint cannot be read.');

export interface ListenAsk {
  readonly projectId: string | undefined;
  /** Parted by commas; left out: as last time, or all. */
  readonly types: string | undefined;
  /** Only `ready` is wanted: who listens already goes on. */
  readonly readyOnly: boolean;
}

/** Opens the socket of the caller's endpoint in the project, which is made at the first time. */
export async function openListener(
  ask: Ask,
  { projectId, types, readyOnly }: ListenAsk,
  request: Request,
): Promise<Result<Response>> {
  const wishes = readWishes(types);
  if (!wishes.ok) return wishes;
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const whole = checkWhole(ask);
  if (!whole.ok) return whole;
  // An endpoint is a row beside that of its project.
  await ensureLocalProject(ask);
  const { env } = ask;
  const kept = await keepListener(ask, new ProjectDb(env, project.value.id), wishes.value);
  if (!kept.ok) return kept;
  const { id, secretWrapped } = kept.value;
  const secret = await unwrapText(env, 'webhook-wrap', secretWrapped);
  if (secret === null) return UNREADABLE;
  const ready: ListenReady = { type: 'ready', endpointId: id, secret };
  if (readyOnly) return ok(speak(briefSocket(ready), protocolOf(request)));
  const watcher = watcherOf(ask);
  // The object finds it by the project too, when that is deleted.
  const told = { ...watcher, subjects: [...watcher.subjects, project.value.id] };
  await registerSocket(ask, watcher, id);
  const greeting: Greeting = { projectId: project.value.id, ready };
  const headers = {
    upgrade: 'websocket',
    [WATCHER_HEADER]: JSON.stringify(told),
    [GREETING_HEADER]: JSON.stringify(greeting),
  };
  const answer = await env.WEBHOOK.getByName(id).fetch(request.url, { headers });
  return ok(speak(answer, protocolOf(request)));
}

/** Says this and is closed; the object hears nothing of it. */
function briefSocket(ready: ListenReady): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send(JSON.stringify(ready));
  server.close(1000, 'That is all.');
  return new Response(null, { status: 101, webSocket: client });
}

/** The endpoint as it is wanted. The project knows of it before this returns, so that nothing later is missed. */
async function keepListener(
  ask: Ask,
  db: ProjectDb,
  wishes: readonly string[] | null,
): Promise<Result<EndpointRow>> {
  const found = await findListener(db, ask.actor.id);
  if (found === null) return makeListener(ask, db, wishes ?? ['*']);
  const types = wishes ?? found.types;
  const isSame = found.state === 'enabled' && isSameList(types, found.types);
  if (isSame) {
    await touchListener(db, found.id, ask.now).run();
    return ok(found);
  }
  const done = await commit(ask, {
    statements: [changeListener(db, found.id, { types, now: ask.now })],
    deed: {
      projectId: db.projectId,
      action: 'webhook.changed',
      target: { type: 'webhook', id: found.id },
      changes: { before: { types: found.types, state: found.state }, after: { types } },
    },
    tells: tellOfEndpoint(ask, found.id),
    reply: { status: 200, body: null },
  });
  // Deleted in this moment: it is made anew.
  if (done === null) return makeListener(ask, db, types);
  await awaitKnown(ask, db.projectId);
  return ok({ ...found, types });
}

async function makeListener(
  ask: Ask,
  db: ProjectDb,
  types: readonly string[],
): Promise<Result<EndpointRow>> {
  const { actor, now } = ask;
  const id = newId('whe', now);
  const keys = await newKeys(ask);
  const row = { ...keys, id, listener: actor.id, types, ratePerSecond: RATE_PER_SECOND };
  const done = await commit(ask, {
    statements: [insertListener(db, { ...row, createdAt: now }, ENDPOINTS_MAX)],
    deed: {
      projectId: db.projectId,
      action: 'webhook.created',
      target: { type: 'webhook', id },
      changes: { before: null, after: { url: null, types } },
    },
    tells: tellOfEndpoint(ask, id),
    reply: { status: 200, body: null },
  });
  // Another of the caller's own may have been faster.
  const kept = await findListener(db, actor.id);
  if (kept === null) return FULL;
  if (done !== null) await awaitKnown(ask, db.projectId);
  return ok(kept);
}

/** What it signs with, wrapped. */
async function newKeys({ env }: Ask) {
  const secret = newSecret();
  const { publicKey, privateKey } = await newKeyPair();
  return {
    secretWrapped: await wrap(env, 'webhook-wrap', secret),
    secretHint: secretHint(secret),
    edPublic: publicKey,
    edPrivateWrapped: await wrap(env, 'webhook-wrap', privateKey),
  };
}

const isSameList = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((type, at) => type === others[at]);
