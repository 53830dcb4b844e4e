// The documents by which clients find their way (RFC 8414, RFC 9728).

import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { authorizationServer, protectedResource } from '../actions/oauth/metadata.ts';
import { AuthorizationServer, ProtectedResource } from '../contract/oauth-metadata.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { originOf } from '../middleware/origin-of.ts';
import { answer } from './parts.ts';
import { createRouter } from './router.ts';

const RESOURCE_PATH = '/.well-known/oauth-protected-resource';

const server = createRoute({
  method: 'get',
  path: '/.well-known/oauth-authorization-server',
  operationId: 'metadata.server',
  tags: ['auth'],
  summary: 'Read what the authorization server can do (RFC 8414)',
  responses: { 200: answer('Its endpoints and what they take.', AuthorizationServer) },
});

const resource = createRoute({
  method: 'get',
  path: RESOURCE_PATH,
  operationId: 'metadata.resource',
  tags: ['auth'],
  summary: 'Read who issues tokens for the API (RFC 9728)',
  responses: { 200: answer('The API as a resource.', ProtectedResource) },
});

const mcp = createRoute({
  method: 'get',
  path: `${RESOURCE_PATH}/mcp`,
  operationId: 'metadata.mcp',
  tags: ['auth'],
  summary: 'Read who issues tokens for /mcp (RFC 9728)',
  responses: { 200: answer('The MCP endpoint as a resource.', ProtectedResource) },
});

/** It is the same for everybody, and any page may read it. */
function share(c: Context<AppEnv>): void {
  c.header('Cache-Control', 'public, max-age=3600');
  c.header('Access-Control-Allow-Origin', '*');
}

export const oauthMetadata = createRouter();
oauthMetadata.openapi(server, (c) => {
  share(c);
  return c.json(authorizationServer(c.env, originOf(c)), 200);
});
oauthMetadata.openapi(resource, (c) => {
  share(c);
  return c.json(protectedResource(originOf(c), ''), 200);
});
oauthMetadata.openapi(mcp, (c) => {
  share(c);
  return c.json(protectedResource(originOf(c), '/mcp'), 200);
});
