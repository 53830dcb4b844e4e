import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { askRequired, bearer, ORIGIN } from './ask.ts';
import {
  bodyOf,
  codeForm,
  errorOf,
  newClient,
  newGrant,
  redeemed,
  refreshForm,
  tokenFor,
} from './oauth-world.ts';

const INVALID = [400, 'invalid_grant'];
const grantRow = (id: string) =>
  env.DB.prepare('SELECT revoked_at AS revokedAt, reason FROM grants WHERE id = ?1')
    .bind(id)
    .first<{ revokedAt: number | null; reason: string | null }>();

describe('a code', () => {
  it('is redeemed for a token of the person, the app and the grant', async () => {
    const client = await newClient({ kind: 'web' });
    const { code, grantId, userId } = await newGrant(client);
    const body = await bodyOf(tokenFor(client, codeForm(code)));
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
    expect(body.refresh_token).toMatch(/^slc_rt_/);
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      sub: userId,
      client_id: client.id,
      grt: grantId,
      ptype: 'person',
      scope: 'projects:read tasks:read',
    });
    expect(claims['auth_time']).toBeTypeOf('number');
    const used = await askRequired(`/tasks?projectId=${client.projectId}`, {
      headers: bearer(body.access_token),
    });
    expect(used.status).toBe(200);
  });

  it.each([0, 1, 30])('that comes again after %i s ends all that came of it', async (seconds) => {
    const client = await newClient({ kind: 'web' });
    const { code, grantId, ...tokens } = await redeemed(client);
    await env.DB.prepare('UPDATE auth_codes SET used_at = used_at - ?2 WHERE hash = ?1')
      .bind(await hashSecret(env, code), seconds * 1000)
      .run();
    expect(await errorOf(tokenFor(client, codeForm(code)))).toEqual(INVALID);
    expect(await grantRow(grantId)).toMatchObject({ reason: 'code_reused' });
    expect(await errorOf(tokenFor(client, refreshForm(tokens.refresh_token)))).toEqual(INVALID);
    const dead = await askRequired('/tasks', { headers: bearer(tokens.access_token) });
    expect(dead.status).toBe(401);
    const audit = env.DB.prepare('SELECT action FROM audit WHERE target_id = ?1').bind(grantId);
    expect(await audit.first()).toEqual({ action: 'grant.revoked' });
  });

  it('that comes twenty times at once is redeemed at most once', async () => {
    const client = await newClient({ kind: 'web' });
    const { code, grantId } = await newGrant(client);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => tokenFor(client, codeForm(code))),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect((await grantRow(grantId))?.revokedAt).not.toBe(null);
  });

  it('needs its verifier, its client, its redirect URI and its time', async () => {
    const client = await newClient({ kind: 'web' });
    const other = await newClient({ kind: 'web' });
    const { code } = await newGrant(client);
    const tried = (over: Readonly<Record<string, string>>) =>
      errorOf(tokenFor(client, codeForm(code, over)));
    expect(await tried({ code_verifier: '' })).toEqual(INVALID);
    expect(await tried({ code_verifier: 'w'.repeat(43) })).toEqual(INVALID);
    expect(await tried({ code_verifier: 'v'.repeat(42) })).toEqual(INVALID);
    expect(await tried({ code_verifier: `${'v'.repeat(42)}!` })).toEqual(INVALID);
    expect(await tried({ redirect_uri: 'https://app.test/other' })).toEqual(INVALID);
    expect(await tried({ code: newSecret('ac') })).toEqual(INVALID);
    // Another letter than the one that is there: one code in 62 ends with an x.
    const last = code.endsWith('x') ? 'y' : 'x';
    expect(await tried({ code: `${code.slice(0, -1)}${last}` })).toEqual(INVALID);
    expect(await tried({ code: '' })).toEqual([400, 'invalid_request']);
    expect(await tried({ resource: `${ORIGIN}/mcp` })).toEqual([400, 'invalid_target']);
    expect(await errorOf(tokenFor(other, codeForm(code)))).toEqual(INVALID);
    const expired = await newGrant(client, { expiresAt: Date.now() - 1 });
    expect(await errorOf(tokenFor(client, codeForm(expired.code)))).toEqual(INVALID);
    // None of this has used it up.
    expect((await tokenFor(client, codeForm(code, { redirect_uri: '' }))).status).toBe(200);
  });

  it('without a challenge takes no verifier', async () => {
    const client = await newClient({ kind: 'web' });
    const { code } = await newGrant(client);
    await env.DB.prepare("UPDATE auth_codes SET challenge = '' WHERE hash = ?1")
      .bind(await hashSecret(env, code))
      .run();
    expect(await errorOf(tokenFor(client, codeForm(code)))).toEqual(INVALID);
  });

  it('of a grant that was revoked meanwhile is worth nothing', async () => {
    const client = await newClient({ kind: 'web' });
    const { code, grantId } = await newGrant(client);
    await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = ?1').bind(grantId).run();
    expect(await errorOf(tokenFor(client, codeForm(code)))).toEqual(INVALID);
  });

  it('gives no more than the client is registered for by now', async () => {
    const client = await newClient({ kind: 'web' });
    const { code } = await newGrant(client);
    await env.DB.prepare(`UPDATE clients SET scopes = '["tasks:read"]' WHERE id = ?1`)
      .bind(client.id)
      .run();
    expect((await bodyOf(tokenFor(client, codeForm(code)))).scope).toBe('tasks:read');
  });
});
