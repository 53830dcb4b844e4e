import { findClient, type OAuthClient } from '../auth/oauth-client.ts';
import type { AskingClient } from '../domain/authorization-request.ts';

const CLIENT_ID_CHARACTERS = 2_048;

/** The client that calls itself so, or null. */
export async function findAskingClient(
  env: Env,
  id: string | undefined,
  nowMs: number,
): Promise<OAuthClient | null> {
  if (id === undefined || id.length > CLIENT_ID_CHARACTERS) return null;
  return findClient(env, id, nowMs);
}

export const askingClientOf = (client: OAuthClient): AskingClient => ({
  id: client.id,
  redirectUris: client.redirectUris,
  scopes: client.scopes,
  resources: client.resources,
  isRegistered: client.projectId !== '',
  requirePar: client.requirePar,
});
