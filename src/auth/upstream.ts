// Another provider that says who somebody is (OpenID Connect Core 1.0): where it is, and whether its word is good.

import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { OutboundEnv } from '../contract/public-url.ts';
import { type Fetched, type FetchLimits, fetchPublic } from './outbound.ts';

export interface UpstreamEnv extends OutboundEnv {
  readonly OIDC_ISSUER?: string;
  readonly OIDC_CLIENT_ID?: string;
  readonly OIDC_CLIENT_SECRET?: string;
}

export interface Upstream {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Endpoints {
  readonly authorization: string;
  readonly token: string;
  readonly jwks: string;
  /** Where more is said of the person; null where the provider says all in the ID token. */
  readonly userinfo: string | null;
  /** Whether the client shows its secret by the header, which is the rule, or in the body. */
  readonly byHeader: boolean;
}

/** What the provider says of a person. */
export interface UpstreamPerson {
  readonly iss: string;
  readonly sub: string;
  readonly name: string | null;
  /** An address that the provider has verified. */
  readonly email: string | null;
  /** When the person proved to the provider who they are, in milliseconds; null where it does not say. */
  readonly authTimeMs: number | null;
}

const LIMITS = { maxBytes: 65_536, timeoutMs: 8_000 };
const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519'];
const TEXT_MAX = 255;

/** Null where a deployment has none. */
export function upstreamOf(env: UpstreamEnv): Upstream | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  return issuer && clientId && clientSecret ? { issuer, clientId, clientSecret } : null;
}

/** Where to ask (OpenID Connect Discovery 1.0 §4); null where the provider is away or is another one than it says. */
export async function findEndpoints(
  env: UpstreamEnv,
  { issuer }: Upstream,
): Promise<Endpoints | null> {
  const place = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = await askJson(env, place);
  if (found?.['issuer'] !== issuer) return null;
  const authorization = textOf(found['authorization_endpoint']);
  const token = textOf(found['token_endpoint']);
  const jwks = textOf(found['jwks_uri']);
  if (authorization === null || token === null || jwks === null) return null;
  const methods = found['token_endpoint_auth_methods_supported'];
  const byHeader = !Array.isArray(methods) || methods.includes('client_secret_basic');
  const userinfo = textOf(found['userinfo_endpoint']);
  return { authorization, token, jwks, userinfo, byHeader };
}

export interface Redemption {
  readonly code: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

export interface Redeemed {
  readonly idToken: string;
  readonly accessToken: string | null;
}

/** The tokens for a code; null where the provider gives no ID token. */
export async function redeemCode(
  env: UpstreamEnv,
  { clientId, clientSecret }: Upstream,
  { endpoints, code, verifier, redirectUri }: Redemption & { readonly endpoints: Endpoints },
): Promise<Redeemed | null> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...(endpoints.byHeader ? {} : { client_id: clientId, client_secret: clientSecret }),
  });
  // Encoded as in a form before it is put together (RFC 6749 §2.3.1).
  const pair = [clientId, clientSecret].map((text) =>
    new URLSearchParams({ a: text }).toString().slice(2),
  );
  const found = await askJson(env, endpoints.token, {
    method: 'POST',
    body: form.toString(),
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Accept: 'application/json',
      ...(endpoints.byHeader ? { Authorization: `Basic ${btoa(pair.join(':'))}` } : {}),
    },
  });
  const idToken = textOf(found?.['id_token']);
  return idToken === null ? null : { idToken, accessToken: textOf(found?.['access_token']) };
}

/** Whom an ID token is about; null where anything about it is wrong (OpenID Connect Core §3.1.3.7). */
export async function readIdToken(
  env: UpstreamEnv,
  { issuer, clientId }: Upstream,
  { token, jwks, nonce, nowMs }: { token: string; jwks: string; nonce: string; nowMs: number },
): Promise<UpstreamPerson | null> {
  const keys = await askJson(env, jwks);
  if (keys === null) return null;
  try {
    // jose checks the form of the set, and throws.
    const { payload } = await jwtVerify(
      token,
      createLocalJWKSet(keys as unknown as JSONWebKeySet),
      {
        algorithms: ALGORITHMS,
        issuer,
        audience: clientId,
        currentDate: new Date(nowMs),
        clockTolerance: 60,
        requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
      },
    );
    const isOurs =
      !Array.isArray(payload.aud) || payload.aud.length === 1 || payload['azp'] === clientId;
    return payload['nonce'] === nonce && isOurs ? personOf(issuer, payload) : null;
  } catch {
    return null;
  }
}

/**
 * The same person with what the provider says elsewhere: by the rule the ID token holds no address (OpenID Connect Core
 * §5.4). What is said of another subject is not looked at (§5.3.2).
 */
export async function askUserinfo(
  env: UpstreamEnv,
  person: UpstreamPerson,
  { userinfo, accessToken }: { userinfo: string | null; accessToken: string | null },
): Promise<UpstreamPerson> {
  if (userinfo === null || accessToken === null || person.email !== null) return person;
  const headers = { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' };
  const more = await askJson(env, userinfo, { headers });
  if (more?.['sub'] !== person.sub) return person;
  const found = personOf(person.iss, more);
  return found === null ? person : { ...found, authTimeMs: person.authTimeMs };
}

function personOf(iss: string, payload: JWTPayload): UpstreamPerson | null {
  const sub = textOf(payload.sub);
  if (sub === null || sub.length > TEXT_MAX) return null;
  const email = payload['email_verified'] === true ? textOf(payload['email']) : null;
  const authTime = payload['auth_time'];
  return {
    iss,
    sub,
    name: textOf(payload['name'])?.slice(0, 100) ?? null,
    email: email !== null && email.length < TEXT_MAX ? email : null,
    authTimeMs: typeof authTime === 'number' && authTime >= 0 ? authTime * 1_000 : null,
  };
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

async function askJson(
  env: UpstreamEnv,
  url: string,
  more: Pick<FetchLimits, 'method' | 'body' | 'headers'> = {},
): Promise<Record<string, unknown> | null> {
  const found = await fetchPublic(env, url, { ...LIMITS, ...more });
  return found.ok && found.value.status === 200 ? parse(found.value) : null;
}

function parse({ text }: Fetched): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
