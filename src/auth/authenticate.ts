// Who asks: the credential of a request made an actor. Nothing else in a request says who it is from.

import { ok, type Result, refuse } from '../contract/error.ts';
import { LOCAL_OWNER_ID, LOCAL_PROJECT_ID } from '../contract/id.ts';
import { type Actor, SCOPES } from '../contract/principal.ts';
import { AGENT_SCOPES, type AgentTokenEnv, verifyAgentToken } from './agent-token.ts';
import { isLoopbackHost, isOpenMode } from './origin.ts';
import { findRunnerActor, type LookupEnv } from './runner-lookup.ts';
import { hasGoodChecksum } from './secret.ts';

export interface AuthEnv extends AgentTokenEnv, LookupEnv {
  readonly AUTH_MODE?: string;
}

export interface CredentialFacts {
  /** The header `Authorization`, as it came. */
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  readonly nowMs: number;
}

/** The owner of the machine, for requests without a credential in open mode. */
const LOCAL_OWNER: Actor = {
  id: LOCAL_OWNER_ID,
  name: 'local owner',
  kind: 'person',
  scopes: SCOPES,
  projects: 'all',
  defaultProjectId: LOCAL_PROJECT_ID,
  open: true,
};

const UNAUTHORIZED = refuse('unauthorized', 'Authentication is required.');
const INVALID = refuse('invalid_token', 'The credential is unknown, expired or revoked.');

/** A credential that is sent is always checked: a bad one is never the local owner. */
export function authenticate(
  env: AuthEnv,
  facts: CredentialFacts,
): Result<Actor> | Promise<Result<Actor>> {
  const { authorization, host, nowMs } = facts;
  if (authorization === undefined) {
    return isOpenMode(env) && isLoopbackHost(host) ? ok(LOCAL_OWNER) : UNAUTHORIZED;
  }
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
  if (token === undefined) return INVALID;
  if (!token.startsWith('slc_')) return agentActor(env, token, nowMs);
  return hasGoodChecksum(token, 'run') ? findRunnerActor(env, token, nowMs) : INVALID;
}

async function agentActor(env: AuthEnv, token: string, nowMs: number): Promise<Result<Actor>> {
  const claims = await verifyAgentToken(env, token, nowMs);
  if (claims === null) return INVALID;
  return ok({
    id: claims.agentId,
    name: 'agent',
    kind: 'agent',
    scopes: AGENT_SCOPES,
    projects: [claims.projectId],
    defaultProjectId: claims.projectId,
    open: false,
    task: { id: claims.taskId, attempt: claims.attempt, epoch: claims.epoch },
  });
}
