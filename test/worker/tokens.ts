// Access tokens as tests need them: good ones, and ones that lack exactly one thing.

import { env } from 'cloudflare:workers';
import { mintAccessToken } from '../../src/auth/access-token.ts';
import { type AgentWork, mintAgentToken } from '../../src/auth/agent-token.ts';
import { newId } from '../../src/auth/id.ts';
import { keyRing, type Signer } from '../../src/auth/signing-keys.ts';
import type { AccessClaims } from '../../src/contract/access-token.ts';
import type { Role } from '../../src/contract/principal.ts';
import { ORIGIN } from './ask.ts';

export async function signer(now: number): Promise<Signer> {
  const ring = await keyRing(env, now);
  if (ring === null) throw new Error('There are no keys.');
  return ring.signer;
}

export const agentToken = async (work: AgentWork, now: number) =>
  mintAgentToken({ env, signer: await signer(now) }, work, now);

/** A person with roles in projects. */
export async function newPerson(roles: Readonly<Record<string, Role>> = {}): Promise<string> {
  const now = Date.now();
  const id = newId('usr', now);
  const member = env.DB.prepare(
    `INSERT INTO members (project_id, principal_id, role, added_by, created_at)
     VALUES (?1, ?2, ?3, ?2, 0)`,
  );
  await env.DB.batch([
    env.DB.prepare('INSERT INTO users (id, name, created_at) VALUES (?1, ?2, ?3)').bind(
      id,
      'Ada',
      now,
    ),
    ...Object.entries(roles).map(([projectId, role]) => member.bind(projectId, id, role)),
  ]);
  return id;
}

export function claimsOf(sub: string, now: number, over: Partial<AccessClaims> = {}): AccessClaims {
  const iat = Math.floor(now / 1000);
  return {
    iss: ORIGIN,
    aud: ORIGIN,
    sub,
    client_id: 'cli_sluice',
    iat,
    exp: iat + 600,
    jti: newId('jti', now),
    scope: 'projects:read tasks:read',
    ptype: 'person',
    ...over,
  };
}

export const personToken = async (
  sub: string,
  now: number,
  over: Partial<AccessClaims> = {},
): Promise<string> => mintAccessToken(await signer(now), claimsOf(sub, now, over));
