// How the first owner comes to be, and how the operator lets somebody in again.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { ORIGIN, refusalOf } from './ask.ts';
import { newAuthenticator } from './authenticator.ts';
import { cookieOf, newBrowser, newPasskeyHolder, newPerson } from './signin-world.ts';

const INVALID = [401, 'invalid_token'];
const ADA = { name: 'Ada', email: 'ada@example.com' };

/** A secret as the operator makes it, with Node's own hash. */
async function newBoot({ inSeconds = 900, userId = '' } = {}) {
  const token = newSecret('boot');
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  const hash = [...new Uint8Array(bytes)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const expiry = Math.floor(Date.now() / 1_000) + inSeconds;
  return { token, setting: `${expiry}.${hash}${userId === '' ? '' : `.${userId}`}` };
}

const post = async (setting: string | undefined, json: unknown, headers = {}) => {
  const settings = setting === undefined ? {} : { BOOTSTRAP: setting };
  const required = { ...env, AUTH_MODE: 'required', ...settings } as const;
  const init = { method: 'POST', body: JSON.stringify(json) };
  const type = { 'Content-Type': 'application/json', Host: 'localhost:3000' };
  const request = new Request(`${ORIGIN}/v1/auth/bootstrap`, {
    ...init,
    headers: { ...type, ...headers },
  });
  return app.fetch(request, required, createExecutionContext());
};

const count = (sql: string) => env.DB.prepare(sql).first<number>('n');
const people = () => count("SELECT COUNT(*) AS n FROM users WHERE id <> 'usr_local'");

beforeEach(async () => {
  await env.DB.batch(
    ['users', 'members', 'environments', 'used_jti', 'pats'].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  );
});

describe('the first owner', () => {
  it('comes with a project, its three environments and a cookie that can only register a passkey', async () => {
    const { token, setting } = await newBoot();
    const answer = await post(setting, { token, ...ADA, credential: 'passkey' });
    expect(answer.status).toBe(204);
    const browser = newBrowser(cookieOf(answer));
    expect((await browser.register(await newAuthenticator())).status).toBe(200);
    const user = await env.DB.prepare('SELECT * FROM users').first<Record<string, unknown>>();
    expect(user).toMatchObject(ADA);
    const projectId = user?.['default_project_id'];
    const member = await env.DB.prepare('SELECT * FROM members').first();
    expect(member).toMatchObject({
      project_id: projectId,
      role: 'owner',
      principal_id: user?.['id'],
    });
    const environments = await env.DB.prepare(
      'SELECT name, is_production AS live FROM environments WHERE project_id = ? ORDER BY name',
    )
      .bind(projectId)
      .all();
    expect(environments.results).toEqual([
      { name: 'development', live: 0 },
      { name: 'production', live: 1 },
      { name: 'staging', live: 0 },
    ]);
    const audited = await env.DB.prepare('SELECT action FROM audit WHERE target_id = ?')
      .bind(user?.['id'])
      .first('action');
    expect(audited).toBe('bootstrap.used');
  });

  it('may be a machine: a token with all scopes for one day, at rest a hash', async () => {
    const { token, setting } = await newBoot();
    const answer = await post(setting, { token, ...ADA, credential: 'pat' });
    expect(answer.status).toBe(201);
    expect(cookieOf(answer)).toBe(null);
    const body = await answer.json<Record<string, unknown>>();
    expect(body).toMatchObject({ createdVia: 'bootstrap', parentId: null, projectIds: null });
    expect(body['token']).toMatch(/^slc_pat_\w{36}$/);
    expect(body['scopes']).toHaveLength(20);
    const ends = Date.parse(String(body['expiresAt'])) - Date.parse(String(body['createdAt']));
    expect(ends).toBe(86_400_000);
    const row = await env.DB.prepare('SELECT * FROM pats').first<Record<string, unknown>>();
    expect(row).toMatchObject({
      id: body['id'],
      api_version: '2026-11-01',
      created_via: 'bootstrap',
    });
    expect(JSON.stringify(row)).not.toContain(body['token']);
  });

  it('is made once: ten at the same time make one', async () => {
    const { token, setting } = await newBoot();
    const json = { token, ...ADA, credential: 'pat' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(setting, json)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9);
    expect(await people()).toBe(1);
    expect(await count('SELECT COUNT(*) AS n FROM members')).toBe(1);
  });

  it('is not made where a person is already, by no secret', async () => {
    await newPerson();
    const { token, setting } = await newBoot();
    const answer = await post(setting, { token, ...ADA, credential: 'pat' });
    expect(await refusalOf(answer)).toEqual(INVALID);
    expect(await people()).toBe(1);
  });

  it('may come where only the local owner was', async () => {
    await env.DB.prepare(
      "INSERT INTO users (id, name, created_at) VALUES ('usr_local', 'x', 1)",
    ).run();
    const { token, setting } = await newBoot();
    expect((await post(setting, { token, ...ADA, credential: 'pat' })).status).toBe(201);
  });

  it('is refused late, without the setting, by another secret, and for a foreign page', async () => {
    const { token, setting } = await newBoot();
    const late = await newBoot({ inSeconds: -1 });
    const json = { ...ADA, credential: 'pat' };
    for (const answer of [
      await post(late.setting, { ...json, token: late.token }),
      await post(undefined, { ...json, token }),
      await post('', { ...json, token }),
      await post(`${setting}.prj_x`, { ...json, token }),
      await post(setting, { ...json, token: newSecret('boot') }),
      await post(setting, { ...json, token: newSecret('inv') }),
      await post(setting, { ...json, token: `${token.slice(0, -1)}!` }),
    ]) {
      expect(await refusalOf(answer)).toEqual(INVALID);
    }
    const foreign = { Origin: 'https://evil.test' };
    expect((await post(setting, { ...json, token }, foreign)).status).toBe(403);
    expect(await people()).toBe(0);
  });

  it('has a name and an address, and says which is missing', async () => {
    const { token, setting } = await newBoot();
    const answer = await post(setting, { token, credential: 'passkey' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      errors: [{ pointer: '/name' }, { pointer: '/email' }],
    });
    for (const wrong of [
      { token, ...ADA, email: 'ada', credential: 'pat' },
      { token, ...ADA, name: '  ', credential: 'pat' },
      { token, ...ADA, credential: 'password' },
      { ...ADA, credential: 'pat' },
      [],
    ]) {
      expect([400, 422]).toContain((await post(setting, wrong)).status);
    }
    expect(await people()).toBe(0);
  });
});

describe('letting somebody in again', () => {
  it('makes a cookie for one person, once, and leaves what they have', async () => {
    const { person, key } = await newPasskeyHolder();
    const { token, setting } = await newBoot({ userId: person.id });
    const answer = await post(setting, { token, credential: 'passkey' });
    expect(answer.status).toBe(204);
    const again = await post(setting, { token, credential: 'passkey' });
    expect(await refusalOf(again)).toEqual(INVALID);
    const browser = newBrowser(cookieOf(answer));
    expect((await browser.register(await newAuthenticator())).status).toBe(204);
    expect((await newBrowser().signIn(key)).status).toBe(204);
    expect(await people()).toBe(1);
  });

  it('nobody who is not there', async () => {
    const { token, setting } = await newBoot({ userId: 'usr_00000000000000000000000000' });
    const answer = await post(setting, { token, credential: 'passkey' });
    expect(await refusalOf(answer)).toEqual(INVALID);
  });
});
