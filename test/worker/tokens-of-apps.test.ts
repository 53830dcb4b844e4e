// A personal access token that an app has made in a person's name ends with what that person allowed the app.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { NewToken } from '../../src/contract/token.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newClient, redeemed, refreshForm, tokenFor } from './oauth-world.ts';
import { newPat } from './people.ts';

const SCOPES = ['projects:read', 'tasks:read', 'tokens:read', 'tokens:write'];

const make = (token: string, scopes: readonly string[] = SCOPES) =>
  askRequired('/v1/tokens', { json: { name: 'made', scopes }, headers: bearer(token) });
const made = async (token: string): Promise<NewToken> => {
  const answer = await make(token);
  expect(answer.status).toBe(201);
  return answer.json();
};
const statusOf = async (token: string | null) =>
  (await askRequired('/v1/tokens', { headers: bearer(token ?? '') })).status;

/** An app that a person has allowed, and two tokens: one that it made, and one that this made. */
async function newApp() {
  const client = await newClient({ kind: 'web', scopes: SCOPES });
  const app = await redeemed(client, { scopes: SCOPES, offline: true });
  const one = await made(app.access_token);
  const two = await made(one.token ?? '');
  expect([await statusOf(one.token), await statusOf(two.token)]).toEqual([200, 200]);
  return { client, app, one, two };
}

const expectDead = async (...tokens: readonly (string | null)[]) => {
  for (const token of tokens) expect(await statusOf(token)).toBe(401);
};

describe('a token that an app has made', () => {
  it('dies when the person ends what they allowed, and with it those that it made', async () => {
    const { app, one, two } = await newApp();
    const person = await newPat(app.userId);
    const ended = await askRequired(`/v1/grants/${app.grantId}`, {
      method: 'DELETE',
      headers: bearer(person.token),
    });
    expect(ended.status).toBe(204);
    await expectDead(one.token, two.token);
    expect(await refusalOf(await make(app.access_token))).toEqual([401, 'invalid_token']);
    // They are shown as revoked.
    const listed = await askRequired('/v1/tokens', { headers: bearer(person.token) });
    const { data }: { data: NewToken[] } = await listed.json();
    const states = data.map(({ id, revokedAt }) => [id, revokedAt === null]);
    expect(states).toEqual([
      [person.id, true],
      [two.id, false],
      [one.id, false],
    ]);
  });

  it('dies when the app gives its grant back, or its refresh token was stolen', async () => {
    const { client, app, one, two } = await newApp();
    const refresh = () => tokenFor(client, refreshForm(app.refresh_token));
    expect((await refresh()).status).toBe(200);
    await env.DB.prepare('UPDATE refresh_tokens SET used_at = used_at - 3600000').run();
    expect((await refresh()).status).toBe(400);
    await expectDead(one.token, two.token);
  });

  it('dies with the app', async () => {
    const { client, one } = await newApp();
    const away =
      "UPDATE grants SET revoked_at = ?2, reason = 'client_deleted' WHERE client_id = ?1";
    await env.DB.prepare(away).bind(client.id, Date.now()).run();
    const { forgetPats } = await import('../../src/auth/pat-lookup.ts');
    forgetPats([one.id]);
    await expectDead(one.token);
  });
});
