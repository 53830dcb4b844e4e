// A project with its members, clients and secrets, and what they have been given, so that requests get past the doors.
import type { Access } from './request.ts';

type Fields = Access['fields'];

type Json = Readonly<Record<string, unknown>>;

/** Sends a body to a path; the answer has to be a good one. */
type Post = (path: string, body: object) => Promise<Json>;

const text = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new Error(`No text: ${JSON.stringify(value)}`);
};

const posting =
  (url: string): Post =>
  async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await fetch(url + path, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    // Answers of our own server to well-formed requests.
    return (await answer.json()) as Json;
  };

/** A person who was nobody before: their cookie can only register a passkey. */
const accept = async (url: string, link: unknown): Promise<string> => {
  const [, token = ''] = text(link).split('#');
  const answer = await fetch(`${url}/v1/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token, name: 'Grace' }),
  });
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  if (answer.status !== 204 || cookie === '') throw new Error(`accept: ${answer.status}`);
  return cookie;
};

const membersOf = async (url: string, project: string): Promise<readonly string[]> => {
  const answer = await fetch(`${url}/v1/projects/${project}/members`);
  const { data } = (await answer.json()) as { readonly data: readonly { principalId: string }[] };
  return data.map(({ principalId }) => principalId);
};

const tokenOf = async (url: string, path: string, form: Record<string, string>): Promise<Json> => {
  const answer = await fetch(url + path, { method: 'POST', body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Json;
};

const GRANTS = [
  ...['authorization_code', 'refresh_token', 'client_credentials', 'password'],
  ...['urn:ietf:params:oauth:grant-type:device_code'],
] as const;
const SCOPES = ['tasks:read', 'tasks:read projects:read', 'gates:approve', 'x', ' '] as const;

/** Values by the name of the field that takes them. */
const fieldsOf = (
  given: Readonly<Record<'code' | 'token' | 'pat' | 'client', string>>,
): Fields => ({
  grant_type: ['urn:ietf:params:oauth:grant-type:token-exchange', ...GRANTS],
  device_code: [given.code],
  refresh_token: [`slc_rt_${'0'.repeat(36)}`],
  subject_token: [given.token, given.pat],
  token: [given.token, given.pat],
  subject_token_type: ['urn:ietf:params:oauth:token-type:access_token'],
  scope: SCOPES,
  client_id: [given.client, 'cli_sluice', 'https://meta.example/c.json'],
  redirect_uri: ['http://127.0.0.1:1/callback', 'https://app.example.com/callback'],
  redirectUris: ['https://app.example.com/callback'],
  email: ['ada@example.com'],
  purpose: ['signin', 'register', 'stepUp'],
  response_type: ['code'],
  code_challenge_method: ['S256', 'plain'],
  code_challenge: ['E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  defaultEnvironment: ['production'],
  principalId: [given.client],
});

/** Makes all of it, anew for each part of a run. */
export const makeAccess = async (url: string): Promise<Access> => {
  const post = posting(url);
  const name = `fuzz ${Date.now()}`;
  const project = text((await post('/v1/projects', { name }))['id']);
  const path = `/v1/projects/${project}`;
  await post(`${path}/environments`, { name: 'fuzzed' });
  const guest = { email: `x${Date.now()}@example.com`, role: 'developer' };
  const invited = await post(`${path}/invitations`, guest);
  const signinCookie = await accept(url, invited['url']);
  const open = await post(`${path}/invitations`, { email: 'grace@example.com', role: 'viewer' });
  const wanted = { name: 'CI', kind: 'service', projectId: project, scopes: ['tasks:read'] };
  const client = await post('/v1/clients', wanted);
  const web = { ...wanted, kind: 'web', redirectUris: ['https://app.example.com/callback'] };
  const app = await post('/v1/clients', web);
  const [id, clientSecret] = [text(client['id']), text(client['secret'])];
  const more = await post(`/v1/clients/${id}/secrets`, {});
  const pat = await post('/v1/tokens', { name: 'fuzz', scopes: ['tasks:read', 'projects:read'] });
  const proof = { client_id: id, client_secret: clientSecret };
  const granted = await tokenOf(url, '/v1/auth/token', {
    grant_type: 'client_credentials',
    ...proof,
  });
  const device = await tokenOf(url, '/v1/auth/device_authorization', { client_id: 'cli_sluice' });
  const [firstMember = 'usr_local', ...members] = await membersOf(url, project);
  const [{ id: secretId }] = more['secrets'] as readonly [{ readonly id: string }];
  const given = { code: text(device['device_code']), token: text(granted['access_token']) };
  const token = text(pat['token']);
  return {
    ...{ projects: [project], environments: ['fuzzed', 'production', 'development'] },
    ...{ members: [firstMember, ...members], invitations: [text(open['id'])] },
    clients: [id, text(app['id'])],
    clientSecrets: [clientSecret, text(more['secret']), text(app['secret'])],
    ...{ secretIds: [secretId], pats: [token, given.token], patIds: [text(pat['id'])] },
    signinCookie,
    fields: fieldsOf({ ...given, pat: token, client: id }),
  };
};
