// By whom a token is issued, and for which part of the server it is meant (RFC 8707): the API or /mcp.

import type { AccessClaims } from '../contract/access-token.ts';
import { publicOrigin } from './public-origin.ts';

interface OriginEnv {
  readonly PUBLIC_ORIGIN?: string;
}

/**
 * The issuer of agents' tokens where PUBLIC_ORIGIN is unset. They are minted in an object, which no URL has asked, so no
 * origin is known there. Only agents' tokens are believed under this name, and only while PUBLIC_ORIGIN is unset; the
 * keys are those of this deployment's database, so another server that calls itself the same is not believed.
 */
const LOCAL_ISSUER = 'urn:sluice:local';

export const agentIssuer = (env: OriginEnv): string => env.PUBLIC_ORIGIN ?? LOCAL_ISSUER;

export const isForMcp = (path: string): boolean => path === '/mcp' || path.startsWith('/mcp/');

/** Whether a token was issued here, and for what is asked at this URL. */
export function isMeantFor(
  env: OriginEnv,
  url: string | undefined,
  { iss, aud, ptype }: AccessClaims,
): boolean {
  const isAgents = ptype === 'agent';
  if (url === undefined && !isAgents) return false;
  const issuer = isAgents || url === undefined ? agentIssuer(env) : publicOrigin(env, url);
  const path = url === undefined ? '/' : new URL(url).pathname;
  const audience = isForMcp(path) ? `${issuer}/mcp` : issuer;
  return iss === issuer && [aud].flat().includes(audience);
}
