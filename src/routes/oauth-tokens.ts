// The OAuth endpoints that clients call by themselves: get a token, end one, ask about one.

import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import { introspectToken } from '../actions/oauth/introspect-token.ts';
import type { OAuthAsk } from '../actions/oauth/oauth-ask.ts';
import { readOAuthAsk } from '../actions/oauth/read-oauth-ask.ts';
import { revokeToken } from '../actions/oauth/revoke-token.ts';
import { answerTokenRequest } from '../actions/oauth/token-endpoint.ts';
import { Introspection } from '../contract/introspection.ts';
import { OAuthErrorBody, type OAuthResult } from '../contract/oauth-error.ts';
import { TokenAnswer } from '../contract/token-answer.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { ipPrefixOf } from '../middleware/ip-prefix.ts';
import { takeOwn } from '../middleware/limits.ts';
import { NO_STORE, readForm, writeOAuthRefusal } from '../middleware/oauth-answer.ts';
import { originOf } from '../middleware/origin-of.ts';
import { answer } from './parts.ts';
import { createRouter } from './router.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';
const refused = (description: string) => answer(description, OAuthErrorBody);
const REFUSALS = {
  400: refused('What is wrong, in the words of RFC 6749 section 5.2.'),
  401: refused('`invalid_client`: the client is unknown or did not prove who it is.'),
  413: refused('The body is too large.'),
  429: refused('Too many failed attempts to authenticate this client.'),
  403: refused('`access_denied`: it comes from a foreign page.'),
  503: refused('The server cannot answer at the moment.'),
};

const ClientForm = z.object({
  client_id: z.string().optional(),
  client_secret: z.string().optional().meta({ description: 'Or by HTTP Basic.' }),
  client_assertion_type: z.string().optional(),
  client_assertion: z.string().optional().meta({ description: 'private_key_jwt (RFC 7523).' }),
});
const TokenForm = ClientForm.extend({ token: z.string(), token_type_hint: z.string().optional() });

const form = (schema: z.ZodType) => ({
  body: { required: true, content: { [FORM_TYPE]: { schema } } },
});

const token = createRoute({
  method: 'post',
  path: '/v1/auth/token',
  operationId: 'auth.token',
  tags: ['auth'],
  summary: 'Get a token',
  request: form(
    ClientForm.extend({
      grant_type: z.string().meta({ example: 'client_credentials' }),
      scope: z.string().optional(),
      resource: z.string().optional(),
      code: z.string().optional(),
      code_verifier: z.string().optional(),
      redirect_uri: z.string().optional(),
      refresh_token: z.string().optional(),
      device_code: z.string().optional(),
      subject_token: z.string().optional(),
      subject_token_type: z.string().optional(),
    }).meta({ id: 'TokenForm' }),
  ),
  responses: { 200: answer('The token.', TokenAnswer), ...REFUSALS },
});

const revoke = createRoute({
  method: 'post',
  path: '/v1/auth/revoke',
  operationId: 'auth.revoke',
  tags: ['auth'],
  summary: 'End a token (RFC 7009)',
  request: form(TokenForm),
  responses: { 200: answer('It is good for nothing, whatever it was.', z.object({})), ...REFUSALS },
});

const introspect = createRoute({
  method: 'post',
  path: '/v1/auth/introspect',
  operationId: 'auth.introspect',
  tags: ['auth'],
  summary: 'Ask whether a token is good (RFC 7662)',
  request: form(TokenForm),
  responses: { 200: answer('What it is good for, if anything.', Introspection), ...REFUSALS },
});

/** Reads the form, and sends what the action makes of it, as RFC 6749 §5 says. */
async function serve<T extends object>(
  c: Context<AppEnv>,
  act: (ask: OAuthAsk) => Promise<OAuthResult<T>>,
) {
  const pairs = await readForm(c);
  if (!pairs.ok) return writeOAuthRefusal(c, pairs.refusal);
  const done = await act(
    readOAuthAsk({
      env: c.env,
      now: Date.now(),
      requestId: c.get('requestId'),
      origin: originOf(c),
      path: c.req.path,
      ip: c.req.header('CF-Connecting-IP'),
      ipPrefix: ipPrefixOf(c.req.header('CF-Connecting-IP')),
      authorization: c.req.header('Authorization'),
      dpop: c.req.header('DPoP'),
      count: (name) => takeOwn(c, 'token', name),
      pairs: pairs.value,
    }),
  );
  if (!done.ok) return writeOAuthRefusal(c, done.refusal);
  return c.json(done.value, 200, NO_STORE);
}

export const oauthTokens = createRouter();
oauthTokens.openapi(token, (c) => serve(c, answerTokenRequest));
oauthTokens.openapi(revoke, (c) => serve(c, revokeToken));
oauthTokens.openapi(introspect, (c) => serve(c, introspectToken));
