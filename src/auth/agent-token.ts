// The credential of an agent at work: an access token for one task, one attempt and one epoch.

import type { AccessClaims } from '../contract/access-token.ts';
import { ok, type Result } from '../contract/error.ts';
import { writeId } from '../contract/id.ts';
import type { Caller } from '../contract/principal.ts';
import { ACCESS_TOKEN_S } from '../contract/token-timing.ts';
import { mintAccessToken } from './access-token.ts';
import { hex, newId } from './id.ts';
import type { Signer } from './signing-keys.ts';
import { agentIssuer } from './token-issuer.ts';

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

export interface AgentTokenEnv {
  readonly PUBLIC_ORIGIN?: string;
}

const AGENT_SCOPES = ['tasks:read', 'tasks:run'] as const;

/** A fresh token for this work; the same attempt has the same `agt_…` in each of its tokens. */
export async function mintAgentToken(
  { env, signer }: { readonly env: AgentTokenEnv; readonly signer: Signer },
  work: AgentWork,
  nowMs: number,
): Promise<{ token: string; expiresAt: string }> {
  const iat = Math.floor(nowMs / 1000);
  const exp = iat + ACCESS_TOKEN_S;
  const issuer = agentIssuer(env);
  const sub = await agentId(work);
  const token = await mintAccessToken(signer, {
    iss: issuer,
    aud: issuer,
    sub,
    // RFC 9068 wants a client: it is the runner that was handed the token.
    client_id: work.runnerId,
    jti: newId('jti', nowMs),
    scope: AGENT_SCOPES.join(' '),
    ptype: 'agent',
    prj: [work.projectId],
    tsk: work.taskId,
    att: work.attempt,
    epo: work.epoch,
    ini: work.initiator,
    act: { sub: work.runnerId },
    iat,
    exp,
  });
  return { token, expiresAt: new Date(exp * 1000).toISOString() };
}

/** The agent that a token names, or null where it does not say what an agent's token has to. */
export function agentCaller(claims: AccessClaims): Result<Caller> | null {
  const { sub, prj = [], tsk, att, epo, ini, jti, exp } = claims;
  const [projectId] = prj;
  if (!sub.startsWith('agt_') || projectId === undefined || ini === undefined) return null;
  if (tsk === undefined || att === undefined || epo === undefined) return null;
  return ok({
    actor: {
      id: sub,
      name: 'agent',
      kind: 'agent',
      scopes: AGENT_SCOPES,
      projects: { [projectId]: 'developer' },
      defaultProjectId: projectId,
      open: false,
      task: { id: tsk, attempt: att, epoch: epo },
    },
    credential: { kind: 'agent', id: jti, expiresAtMs: exp * 1000 },
  });
}

async function agentId(work: AgentWork): Promise<string> {
  const text = new TextEncoder().encode(`agent ${work.taskId} ${work.attempt}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return writeId('agt', hex(digest.subarray(0, 16)));
}
