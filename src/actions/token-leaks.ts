// Secrets that were found where they do not belong: whatever they open is closed, and the answer says nothing of it.

import { newId } from '../auth/id.ts';
import { forgetPats } from '../auth/pat-lookup.ts';
import { forgetRevoked, revokeAfter } from '../auth/revocations.ts';
import { forgetRunner } from '../auth/runner-lookup.ts';
import { hasGoodChecksum, type SecretType } from '../auth/secret.ts';
import { secretHashes } from '../auth/secret-hash.ts';
import type { TokenLeaks } from '../contract/token-leak.ts';
import { type AuditRow, auditAfter } from '../db/audit.ts';
import { deleteSecret, noteRemovedSecret } from '../db/client-secrets.ts';
import { platformDb } from '../db/database.ts';
import { endGrant } from '../db/grant-ends.ts';
import { findLeakedGrant, findLeakedSecret } from '../db/leaks.ts';
import { findPatByHash, patFamily, revokePat } from '../db/pats.ts';
import { findRunnerByHash, revokeRunner } from '../db/runners.ts';
import { projectObject, taskObject } from '../rpc/stubs.ts';
import { closeSockets } from './close-sockets.ts';
import { forgetTokensOf, revokeTokensOf } from './target-client.ts';

/** A report as this action sees it: anybody may make one. */
export interface LeakReport {
  readonly env: Env;
  readonly now: number;
  readonly requestId: string;
  readonly ipPrefix: string | null;
}

interface Leak {
  readonly projectId: string | null;
  readonly action: string;
  readonly target: AuditRow['target'];
}

type Revoke = (report: LeakReport, hash: string) => Promise<void>;

const BY_TYPE: Partial<Record<SecretType, Revoke>> = {
  pat: revokeLeakedPat,
  cs: revokeLeakedSecret,
  rt: revokeLeakedGrant,
  run: revokeLeakedRunner,
};

export async function revokeLeaked(report: LeakReport, leaks: TokenLeaks): Promise<void> {
  for (const token of new Set(leaks.map((leak) => leak.token))) {
    // Our own names of types.
    for (const [type, revoke] of Object.entries(BY_TYPE) as [SecretType, Revoke][]) {
      if (!hasGoodChecksum(token, type)) continue;
      for (const hash of await secretHashes(report.env, token)) await revoke(report, hash);
    }
  }
}

/** For the batch of the revocation, so that the owner can see what has happened. */
const auditOf = ({ env, now, requestId, ipPrefix }: LeakReport, leak: Leak): D1PreparedStatement =>
  auditAfter(platformDb(env), {
    ...leak,
    id: newId('aud', now),
    at: now,
    actor: { id: 'anonymous', kind: 'anonymous', name: 'leak report' },
    credential: { kind: 'none', id: null },
    environment: null,
    outcome: 'ok',
    requestId,
    ip: ipPrefix,
    changes: null,
  });

async function revokeLeakedPat(report: LeakReport, hash: string): Promise<void> {
  const { env, now } = report;
  const db = platformDb(env);
  const pat = await findPatByHash(db, hash);
  if (pat === null || pat.revokedAt !== null) return;
  const family = await patFamily(db, pat.id);
  const target = { type: 'token', id: pat.id };
  await db.batch([
    revokePat(db, pat.id, now),
    ...family.map((subject) => revokeAfter(db, { kind: 'grant', subject }, now)),
    auditOf(report, { projectId: null, action: 'token.leaked', target }),
  ]);
  forgetPats(family);
  for (const subject of family) forgetRevoked({ kind: 'grant', subject }, now);
  await closeSockets(env, family);
}

async function revokeLeakedSecret(report: LeakReport, hash: string): Promise<void> {
  const { env, now } = report;
  const db = platformDb(env);
  const secret = await findLeakedSecret(db, hash);
  if (secret === null) return;
  const { clientId, projectId } = secret;
  const target = { type: 'client', id: clientId };
  await db.batch([
    deleteSecret(db, secret),
    ...revokeTokensOf(db, clientId, now),
    noteRemovedSecret(db, clientId, now),
    auditOf(report, { projectId, action: 'client.secret_leaked', target }),
  ]);
  await forgetTokensOf({ env, now }, clientId);
}

async function revokeLeakedGrant(report: LeakReport, hash: string): Promise<void> {
  const { env, now } = report;
  const db = platformDb(env);
  const id = await findLeakedGrant(db, hash);
  if (id === null) return;
  await db.batch([
    endGrant(db, { id, now, reason: 'leaked' }),
    revokeAfter(db, { kind: 'grant', subject: id }, now),
    auditOf(report, { projectId: null, action: 'grant.leaked', target: { type: 'grant', id } }),
  ]);
  forgetRevoked({ kind: 'grant', subject: id }, now);
  await closeSockets(env, [id]);
}

async function revokeLeakedRunner(report: LeakReport, hash: string): Promise<void> {
  const { env, now } = report;
  const db = platformDb(env);
  const runner = await findRunnerByHash(db, hash);
  if (runner === null) return;
  const { id, projectId } = runner;
  const target = { type: 'runner', id };
  await db.batch([
    revokeRunner(db, id, now),
    auditOf(report, { projectId, action: 'runner.leaked', target }),
  ]);
  forgetRunner(id);
  await closeSockets(env, [id]);
  const project = projectObject(env, projectId);
  const held = await project.tasksOf(id);
  await Promise.all(held.map((taskId) => taskObject(env, taskId).dismiss(id)));
}
