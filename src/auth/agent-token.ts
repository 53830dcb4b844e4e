// The credential of an agent at work: a JWT for one task, one attempt and one epoch. It is signed with
// HS256 under a key derived from ROOT_KEY until the authorization server brings its own ES256 keys;
// minting and verifying are both done here, so only this file changes then.

import { jwtVerify, SignJWT } from 'jose';
import { writeId } from '../contract/id.ts';
import { hex, newId } from './id.ts';
import { deriveKey, type KeyEnv } from './keys.ts';

export interface AgentTokenEnv extends KeyEnv {
  readonly PUBLIC_ORIGIN?: string;
}

/** What the holder of a lease hands to its agent. */
export interface AgentWork {
  readonly taskId: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly projectId: string;
  readonly runnerId: string;
  /** Who made the task. */
  readonly initiator: string;
}

export interface AgentClaims {
  readonly agentId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly projectId: string;
  readonly initiator: string;
}

export const AGENT_TOKEN_MS = 600_000;
export const AGENT_SCOPES = ['tasks:read', 'tasks:run'] as const;

const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const LENGTH_MAX = 4_096;
/**
 * Three parts, and a signature of 43 characters whose last one has no unused bits set: else four
 * spellings of one signature would pass (RFC 4648 §3.5).
 */
const FORM = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/** A fresh token for this work; the same attempt has the same `agt_…` in each of its tokens. */
export async function mintAgentToken(
  env: AgentTokenEnv,
  work: AgentWork,
  nowMs: number,
): Promise<{ token: string; expiresAt: string }> {
  const issuedAt = Math.floor(nowMs / 1000);
  const expiresAt = issuedAt + AGENT_TOKEN_MS / 1000;
  const token = await new SignJWT({
    ptype: 'agent',
    scope: AGENT_SCOPES.join(' '),
    tsk: work.taskId,
    att: work.attempt,
    epo: work.epoch,
    prj: work.projectId,
    ini: work.initiator,
    act: { sub: work.runnerId },
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(issuer(env))
    .setAudience(issuer(env))
    .setSubject(await agentId(work))
    .setJti(newId('jti', nowMs))
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(await deriveKey(env, 'agent-token'));
  return { token, expiresAt: new Date(expiresAt * 1000).toISOString() };
}

/** The claims of a good token, or null. Nothing says why a token is not good. */
export async function verifyAgentToken(
  env: AgentTokenEnv,
  token: string,
  nowMs: number,
): Promise<AgentClaims | null> {
  if (token.length > LENGTH_MAX || !FORM.test(token)) return null;
  const key = await deriveKey(env, 'agent-token');
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: issuer(env),
      audience: issuer(env),
      currentDate: new Date(nowMs),
      clockTolerance: 5,
      requiredClaims: ['sub', 'jti', 'iat', 'exp'],
    });
    return readClaims(payload);
  } catch {
    return null;
  }
}

function readClaims(payload: Readonly<Record<string, unknown>>): AgentClaims | null {
  const { sub, ptype, tsk, att, epo, prj, ini } = payload;
  if (ptype !== 'agent' || typeof sub !== 'string' || !sub.startsWith('agt_')) return null;
  if (typeof tsk !== 'string' || typeof prj !== 'string' || typeof ini !== 'string') return null;
  if (typeof att !== 'number' || typeof epo !== 'number') return null;
  return { agentId: sub, taskId: tsk, attempt: att, epoch: epo, projectId: prj, initiator: ini };
}

async function agentId(work: AgentWork): Promise<string> {
  const text = new TextEncoder().encode(`agent ${work.taskId} ${work.attempt}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return writeId('agt', hex(digest.subarray(0, 16)));
}

/** Without PUBLIC_ORIGIN there is one local server, and its ROOT_KEY alone tells its tokens apart. */
function issuer(env: AgentTokenEnv): string {
  return env.PUBLIC_ORIGIN ?? 'urn:sluice:local';
}
