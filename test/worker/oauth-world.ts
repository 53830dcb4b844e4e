// Clients, grants and codes of the authorization server, and how a client asks it.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { app } from '../../src/app.ts';
import { newId } from '../../src/auth/id.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { sha256Text } from '../../src/auth/sha256.ts';
import { ORIGIN } from './ask.ts';
import { newPerson } from './tokens.ts';
import { newProject } from './world.ts';

export const REDIRECT = 'https://app.test/callback';
export const VERIFIER = 'v'.repeat(43);

export interface TestClient {
  readonly id: string;
  readonly secret: string;
  readonly projectId: string;
}

interface ClientFields {
  readonly kind: string;
  readonly authMethod: string;
  readonly scopes: readonly string[];
  readonly role: string;
  readonly projectId: string;
  readonly jwks: object;
  readonly jwksUri: string;
  readonly dpopBound: boolean;
  readonly environments: readonly string[];
}

const INSERT = `INSERT INTO clients (id, project_id, name, kind, auth_method, redirect_uris, scopes, environments,
  jwks, jwks_uri, dpop_bound, api_version, created_by, created_at, updated_at)
  VALUES (?1, ?2, 'CI', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '2026-11-01', 'usr_local', ?11, ?11)`;

/** A client with a secret, at home in a project. */
export async function newClient(fields: Partial<ClientFields> = {}): Promise<TestClient> {
  const { kind = 'service', authMethod = 'client_secret', role = 'developer' } = fields;
  const { scopes = ['projects:read', 'tasks:read', 'tasks:write'], environments = null } = fields;
  const { jwks = null, jwksUri = null, dpopBound = false } = fields;
  const now = Date.now();
  const id = newId('cli', now);
  const projectId = fields.projectId ?? (await newProject());
  const secret = newSecret('cs');
  const text = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await env.DB.batch([
    env.DB.prepare(INSERT).bind(
      ...[id, projectId, kind, authMethod, JSON.stringify([REDIRECT]), JSON.stringify(scopes)],
      ...[text(environments), text(jwks), jwksUri, dpopBound ? 1 : 0, now],
    ),
    env.DB.prepare(
      'INSERT INTO client_secrets (hash, id, client_id, hint, created_at) VALUES (?1, ?2, ?3, ?4, ?5)',
    ).bind(await hashSecret(env, secret), newId('sec', now), id, '', now),
    env.DB.prepare(
      `INSERT INTO members (project_id, principal_id, role, added_by, created_at)
       VALUES (?1, ?2, ?3, 'usr_local', 0)`,
    ).bind(projectId, id, role),
  ]);
  return { id, secret, projectId };
}

export const basic = ({ id, secret }: Pick<TestClient, 'id' | 'secret'>) => ({
  Authorization: `Basic ${btoa(`${id}:${secret}`)}`,
});

type Form = Readonly<Record<string, string>> | readonly (readonly [string, string])[] | string;

/** A POST of a form, in required mode, from an address. */
export async function post(
  path: string,
  form: Form,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body =
    typeof form === 'string'
      ? form
      : new URLSearchParams(
          Array.isArray(form) ? form.map(([k, v]) => [k, v]) : { ...form },
        ).toString();
  const request = new Request(ORIGIN + path, {
    method: 'POST',
    headers: {
      Host: 'localhost:3000',
      'Content-Type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body,
  });
  const required = { ...env, AUTH_MODE: 'required' } as const;
  return app.fetch(request, required, createExecutionContext());
}

export interface TokenBody {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope: string;
  readonly error: string;
  readonly error_description: string;
  readonly active: boolean;
}

export async function bodyOf(answer: Response | Promise<Response>): Promise<TokenBody> {
  return (await answer).json<TokenBody>();
}

export async function errorOf(answer: Response | Promise<Response>): Promise<[number, string]> {
  const got = await answer;
  return [got.status, (await got.json<TokenBody>()).error];
}

export const tokenFor = (client: TestClient, form: Readonly<Record<string, string>>) =>
  post('/v1/auth/token', form, basic(client));

export interface TestGrant {
  readonly grantId: string;
  readonly userId: string;
  readonly code: string;
}

interface GrantFields {
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly expiresAt: number;
  readonly dpopJkt: string;
  readonly createdAt: number;
  readonly offline: boolean;
}

/** What a person has allowed a client, and the code for it. */
export async function newGrant(
  client: Pick<TestClient, 'id' | 'projectId'>,
  fields: Partial<GrantFields> = {},
): Promise<TestGrant> {
  const now = Date.now();
  const { scopes = ['projects:read', 'tasks:read'], resources = [ORIGIN] } = fields;
  const { expiresAt = now + 60_000, dpopJkt = null, createdAt = now, offline = false } = fields;
  const userId = await newPerson(
    client.projectId === '' ? {} : { [client.projectId]: 'developer' },
  );
  const grantId = newId('grt', now);
  const code = newSecret('ac');
  const lists = [JSON.stringify(scopes), JSON.stringify(resources)] as const;
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO grants (id, user_id, client_id, scopes, resources, dpop_jkt, auth_time, created_at, offline)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
    ).bind(
      ...[grantId, userId, client.id, ...lists, dpopJkt],
      ...[createdAt - 1_000, createdAt, offline ? 1 : 0],
    ),
    env.DB.prepare(
      `INSERT INTO auth_codes (hash, grant_id, client_id, redirect_uri, redirect_uri_sent, challenge, scopes, resources,
        dpop_jkt, expires_at) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9)`,
    ).bind(
      ...[await hashSecret(env, code), grantId, client.id, REDIRECT, await sha256Text(VERIFIER)],
      ...[...lists, dpopJkt, expiresAt],
    ),
  ]);
  return { grantId, userId, code };
}

export const codeForm = (code: string, over: Readonly<Record<string, string>> = {}) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT,
  code_verifier: VERIFIER,
  ...over,
});

/** Tokens of a fresh grant. */
export async function redeemed(client: TestClient, fields: Partial<GrantFields> = {}) {
  const grant = await newGrant(client, fields);
  return { ...grant, ...(await bodyOf(tokenFor(client, codeForm(grant.code)))) };
}

export const refreshForm = (token: string, over: Readonly<Record<string, string>> = {}) => ({
  grant_type: 'refresh_token',
  refresh_token: token,
  ...over,
});
