// Which principal an access token belongs to.

import type { Result } from '../contract/error.ts';
import { ok } from '../contract/error.ts';
import type { Caller } from '../contract/principal.ts';
import { AGENT_SCOPES, verifyAgentToken } from './agent-token.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import type { LookupEnv } from './lookup.ts';

export async function accessTokenCaller(
  env: LookupEnv,
  { nowMs }: CredentialFacts,
  { token }: { readonly token: string; readonly isDpop: boolean },
): Promise<Result<Caller>> {
  const claims = await verifyAgentToken(env, token, nowMs);
  if (claims === null) return INVALID_CREDENTIAL;
  const { agentId: id, projectId, taskId, attempt, epoch } = claims;
  return ok({
    actor: {
      id,
      name: 'agent',
      kind: 'agent',
      scopes: AGENT_SCOPES,
      projects: { [projectId]: 'developer' },
      defaultProjectId: projectId,
      open: false,
      task: { id: taskId, attempt, epoch },
    },
    credential: { kind: 'agent', id: null },
  });
}
