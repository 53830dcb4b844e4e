// Client ID metadata documents: a client that is named by the https URL at which it describes itself.

import type { LookupEnv } from './lookup.ts';
import type { OAuthClient } from './oauth-client.ts';

export async function findDocumentClient(
  _env: LookupEnv,
  _url: string,
  _nowMs: number,
): Promise<OAuthClient | null> {
  return null;
}
