// Whether what an app asks for can be asked of a person at all. First where it would return to, since nothing may be told
// there before that is known to be the app's; then all the rest.

import {
  type AuthorizationError,
  type AuthorizationFault,
  type AuthorizationRequest,
  OFFLINE_ACCESS,
  PROMPTS,
  type Prompt,
} from '../contract/authorization.ts';
import { ROLE_SCOPES, SCOPES, type Scope } from '../contract/principal.ts';
import { matchesRedirectUri } from '../contract/redirect-uri.ts';
import type { Parameters } from './oauth-parameters.ts';
import { asksOffline } from './token-terms.ts';

/** What is asked about the client that asks. */
export interface AskingClient {
  readonly id: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly Scope[];
  /** Empty: all there are. */
  readonly resources: readonly string[];
  /** False for what is built in or describes itself: nobody has chosen its scopes here. */
  readonly isRegistered: boolean;
  readonly requirePar: boolean;
}

export interface Return {
  readonly uri: string;
  readonly sent: boolean;
}

/** A SHA-256 in base64url: what S256 makes (RFC 7636 §4.2), and a thumbprint (RFC 7638). */
const DIGEST = /^[A-Za-z0-9_-]{43}$/;
/** What an app gets that names no scope: to look, and to make tasks. */
const PRESET: readonly Scope[] = [...ROLE_SCOPES.viewer, 'tasks:write'];
const MAX_AGE_S_MAX = 31_536_000;
const VALUE_CHARACTERS = 4_096;
const RESOURCES_MAX = 10;

/** Where the answer goes; null if no answer may go anywhere. */
export function chooseReturn(parameters: Parameters, client: AskingClient): Return | null {
  const asked = parameters.all('redirect_uri');
  if (asked.length > 1) return null;
  const [uri] = asked;
  if (uri !== undefined) {
    return matchesRedirectUri(client.redirectUris, uri) ? { uri, sent: true } : null;
  }
  const [only, other] = client.redirectUris;
  return only !== undefined && other === undefined ? { uri: only, sent: false } : null;
}

/** `pushed`: the request came by RFC 9126, from the client itself. */
export function readAuthorization(
  parameters: Parameters,
  client: AskingClient,
  at: { readonly back: Return; readonly origin: string; readonly pushed: boolean },
): AuthorizationRequest | AuthorizationFault {
  const { back, origin, pushed } = at;
  const wrong = checkForm(parameters, client, pushed);
  if (wrong !== null) return wrong;
  const challenge = readChallenge(parameters);
  if (typeof challenge !== 'string') return challenge;
  const scopes = readScopes(parameters.one('scope'), client);
  if ('error' in scopes) return scopes;
  const resources = readResources(parameters.all('resource'), client, origin);
  if ('error' in resources) return resources;
  const prompts = readPrompts(parameters.one('prompt'));
  if ('error' in prompts) return prompts;
  const maxAge = parameters.one('max_age');
  return {
    clientId: client.id,
    redirectUri: back.uri,
    redirectUriSent: back.sent,
    state: parameters.one('state') ?? null,
    challenge,
    scopes,
    offline: asksOffline(parameters.one('scope')),
    resources,
    dpopJkt: parameters.one('dpop_jkt') ?? null,
    maxAgeS: maxAge === undefined ? null : Math.min(Number(maxAge), MAX_AGE_S_MAX),
    prompts,
  };
}

const fault = (error: AuthorizationError, description: string): AuthorizationFault => ({
  error,
  description,
});

const BOUNDED = ['state', 'scope', 'code_challenge', 'prompt', 'max_age', 'dpop_jkt'] as const;

function checkForm(
  parameters: Parameters,
  client: AskingClient,
  pushed: boolean,
): AuthorizationFault | null {
  const { one, repeated } = parameters;
  if (repeated !== null) return fault('invalid_request', 'A parameter is repeated');
  const long = BOUNDED.find((name) => (one(name) ?? '').length > VALUE_CHARACTERS);
  if (long !== undefined) return fault('invalid_request', `The parameter ${long} is too long`);
  if (one('request') !== undefined) {
    return fault('request_not_supported', 'Request objects are not supported');
  }
  if (client.requirePar && !pushed) {
    return fault('invalid_request', 'This client has to push its authorization requests');
  }
  const type = one('response_type');
  if (type === undefined) return fault('invalid_request', 'The parameter response_type is missing');
  if (type !== 'code') return fault('unsupported_response_type', 'The response_type must be code');
  if ((one('response_mode') ?? 'query') !== 'query') {
    return fault('invalid_request', 'The response_mode must be query');
  }
  if (!/^\d{1,9}$/.test(one('max_age') ?? '0')) {
    return fault('invalid_request', 'The max_age must be a whole number of seconds');
  }
  const jkt = one('dpop_jkt');
  if (jkt === undefined || DIGEST.test(jkt)) return null;
  return fault('invalid_request', 'The dpop_jkt must be a SHA-256 thumbprint in base64url');
}

/** RFC 7636 §4.4.1. A method that is left out would mean `plain`. */
function readChallenge({ one }: Parameters): string | AuthorizationFault {
  const challenge = one('code_challenge');
  if (challenge === undefined) return fault('invalid_request', 'PKCE code_challenge is required');
  if (one('code_challenge_method') !== 'S256') {
    return fault('invalid_request', 'The code_challenge_method must be S256');
  }
  if (DIGEST.test(challenge)) return challenge;
  return fault('invalid_request', 'The code_challenge must be 43 characters of base64url');
}

const isScope = (word: string): word is Scope => (SCOPES as readonly string[]).includes(word);

/** The scopes of a request for `client`; a scope that is unknown or not the client's is refused, not dropped. */
export function readScopes(
  text: string | undefined,
  client: Pick<AskingClient, 'scopes' | 'isRegistered'>,
): readonly Scope[] | AuthorizationFault {
  const words = [...new Set((text ?? '').split(' '))].filter(
    (word) => word !== '' && word !== OFFLINE_ACCESS,
  );
  if (words.length === 0) {
    return client.isRegistered
      ? client.scopes
      : client.scopes.filter((scope) => PRESET.includes(scope));
  }
  if (words.every((word): word is Scope => isScope(word) && client.scopes.includes(word))) {
    // In the order of the table, so that equal wishes are written alike.
    return SCOPES.filter((scope) => words.includes(scope));
  }
  return fault('invalid_scope', 'A scope is unknown or not registered for this client');
}

/** RFC 8707: what the tokens are for; without a word, the API. */
export function readResources(
  asked: readonly string[],
  client: Pick<AskingClient, 'resources'>,
  origin: string,
): readonly string[] | AuthorizationFault {
  const known = [origin, `${origin}/mcp`];
  const wanted = asked.length === 0 ? [origin] : asked.map((text) => canonical(text, origin));
  const may = (one: string): boolean =>
    known.includes(one) && (client.resources.length === 0 || client.resources.includes(one));
  if (asked.length > RESOURCES_MAX || !wanted.every(may)) {
    return fault('invalid_target', 'The resource is unknown or not allowed for this client');
  }
  return known.filter((one) => wanted.includes(one));
}

/** `ORIGIN/` and `ORIGIN` are one. */
const canonical = (resource: string, origin: string): string =>
  resource === `${origin}/` ? origin : resource;

function readPrompts(text: string | undefined): readonly Prompt[] | AuthorizationFault {
  const words = (text ?? '').split(' ').filter((word) => word !== '');
  const isPrompt = (word: string): word is Prompt => (PROMPTS as readonly string[]).includes(word);
  if (!words.every(isPrompt)) return fault('invalid_request', 'The prompt is unknown');
  if (words.includes('none') && words.length > 1) {
    return fault('invalid_request', 'The prompt none stands alone');
  }
  return words;
}
