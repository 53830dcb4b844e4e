// The ways out, the ways back, and what a person sees of their sign-ins.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newRecoveryCode, readRecoveryCode } from '../../src/auth/recovery-code.ts';
import { askRequired, refusalOf } from './ask.ts';
import {
  askAs,
  cookieOf,
  newBrowser,
  newPasskeyHolder,
  newPerson,
  ownPage,
  signInAs,
} from './signin-world.ts';
import { eventually } from './world.ts';

const INVALID = [401, 'invalid_token'];
const recover = (json: unknown) => newBrowser().post('/v1/auth/recovery', json);

describe('recovery codes', () => {
  it('let their person in, each once, as they were typed', async () => {
    const { person, recoveryCodes } = await newPasskeyHolder();
    const [first = '', second = ''] = recoveryCodes;
    const answer = await recover({ email: person.email, code: first });
    expect(answer.status).toBe(204);
    expect((await askAs(cookieOf(answer) ?? '', '/tasks')).status).toBe(200);
    expect(await refusalOf(await recover({ email: person.email, code: first }))).toEqual(INVALID);
    const typed = ` ${second.toUpperCase().replaceAll('-', ' ')} `;
    const email = person.email.toUpperCase();
    expect((await recover({ email, code: typed })).status).toBe(204);
  });

  it('used twice at the same time, one is let in', async () => {
    const { person, recoveryCodes } = await newPasskeyHolder();
    const json = { email: person.email, code: recoveryCodes[0] };
    const answers = await Promise.all([1, 2, 3, 4].map(() => recover(json)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401, 401, 401]);
  });

  it('T22: a wrong code, a wrong address and an unknown one are answered alike', async () => {
    const { person, recoveryCodes } = await newPasskeyHolder();
    const texts = await Promise.all(
      [
        { email: person.email, code: newRecoveryCode() },
        { email: 'nobody@example.com', code: recoveryCodes[0] },
        { email: 'nobody@example.com', code: newRecoveryCode() },
        { email: person.email, code: 'x' },
      ].map(async (json) => (await (await recover(json)).text()).replace(/req_\w+/, 'req')),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it('a disabled person is not let in by one', async () => {
    const { person, recoveryCodes } = await newPasskeyHolder();
    await env.DB.prepare('UPDATE users SET disabled_at = 1 WHERE id = ?').bind(person.id).run();
    const json = { email: person.email, code: recoveryCodes[0] };
    expect(await refusalOf(await recover(json))).toEqual(INVALID);
  });

  it('have 130 random bits, and forgive what looks alike', () => {
    const codes = new Set(Array.from({ length: 1_000 }, newRecoveryCode));
    expect(codes.size).toBe(1_000);
    for (const code of codes) expect(readRecoveryCode(code)).toBe(code.replaceAll('-', ''));
    expect(readRecoveryCode('OIl'.padEnd(26, '0'))).toBe('011'.padEnd(26, '0'));
    for (const wrong of ['', 'u'.repeat(26), '0'.repeat(25), '0'.repeat(27)]) {
      expect(readRecoveryCode(wrong)).toBe(null);
    }
  });
});

describe('the sign-ins of a person', () => {
  const list = async (cookie: string) => {
    const answer = await askAs(cookie, '/v1/auth/signins');
    expect(answer.status).toBe(200);
    return (await answer.json<{ data: Record<string, unknown>[] }>()).data;
  };

  it('are listed with what tells them apart, and never their value', async () => {
    const { id } = await newPerson();
    const here = await signInAs(id);
    const there = await signInAs(id);
    const found = await list(here.cookie);
    expect(found.map(({ id: signin, current }) => [signin, current]).sort()).toEqual(
      [
        [here.row.id, true],
        [there.row.id, false],
      ].sort(),
    );
    expect(found[0]).toMatchObject({ ipPrefix: '192.0.2.0/24', amr: ['pop'] });
    expect(JSON.stringify(found)).not.toContain(here.row.hash);
  });

  it('T25: one that is ended elsewhere is 401 at once', async () => {
    const { id } = await newPerson();
    const here = await signInAs(id);
    const there = await signInAs(id);
    expect((await askAs(there.cookie, '/tasks')).status).toBe(200);
    const path = `/v1/auth/signins/${there.row.id}`;
    expect((await askAs(here.cookie, path, { method: 'DELETE' })).status).toBe(204);
    expect(await refusalOf(await askAs(there.cookie, '/tasks'))).toEqual(INVALID);
    expect((await askAs(here.cookie, path, { method: 'DELETE' })).status).toBe(404);
    const action = "SELECT action FROM audit WHERE target_id = ? AND outcome = 'ok'";
    const audited = await env.DB.prepare(action).bind(there.row.id).first('action');
    expect(audited).toBe('signin.ended');
  });

  it('those of others do not exist', async () => {
    const here = await signInAs((await newPerson()).id);
    const other = await signInAs((await newPerson()).id);
    for (const id of [other.row.id, 'sgn_x']) {
      const answer = await askAs(here.cookie, `/v1/auth/signins/${id}`, { method: 'DELETE' });
      expect(await refusalOf(answer)).toEqual([404, 'not_found']);
    }
    expect((await askAs(other.cookie, '/tasks')).status).toBe(200);
  });

  it('signing out ends this one and takes the cookie away; twice is no fault', async () => {
    const { cookie } = await signInAs((await newPerson()).id);
    const out = () => askAs(cookie, '/v1/auth/signout', { method: 'POST' });
    const answer = await out();
    expect(answer.status).toBe(204);
    expect(cookieOf(answer)).toBe('');
    expect(await refusalOf(await askAs(cookie, '/tasks'))).toEqual(INVALID);
    expect((await out()).status).toBe(204);
  });

  it('a socket that was opened with one ends with it, and when another takes its place', async () => {
    const { person, key, browser } = await newPasskeyHolder();
    const watch = async (cookie: string) => {
      const headers = { ...ownPage(cookie), Upgrade: 'websocket' };
      const { webSocket: socket } = await askRequired(`/ws?projectId=${person.projectId}`, {
        headers,
      });
      const seen: { code: number | null } = { code: null };
      socket?.addEventListener('close', ({ code }) => {
        seen.code = code;
      });
      socket?.accept();
      expect(socket).toBeTruthy();
      return seen;
    };
    const replaced = await watch(browser.jar.cookie ?? '');
    expect((await browser.signIn(key)).status).toBe(204);
    await eventually(() => replaced.code).toBe(4401);
    const ended = await watch(browser.jar.cookie ?? '');
    expect((await browser.post('/v1/auth/signout', {})).status).toBe(204);
    await eventually(() => ended.code).toBe(4401);
  });

  it('a foreign page can neither sign out nor end', async () => {
    const { cookie, row } = await signInAs((await newPerson()).id);
    for (const [method, path] of [
      ['POST', '/v1/auth/signout'],
      ['DELETE', `/v1/auth/signins/${row.id}`],
    ] as const) {
      const headers = { ...ownPage(cookie), Origin: 'http://localhost:3001' };
      const same = { 'Sec-Fetch-Site': 'same-site' };
      const answer = await askRequired(path, { method, headers: { ...headers, ...same } });
      expect(await refusalOf(answer)).toEqual([403, 'forbidden_origin']);
    }
    expect((await askAs(cookie, '/tasks')).status).toBe(200);
  });

  it('need a whole sign-in', async () => {
    const setup = await signInAs((await newPerson()).id, { setup: true });
    expect(await refusalOf(await askAs(setup.cookie, '/v1/auth/signins'))).toEqual([
      401,
      'insufficient_user_authentication',
    ]);
    expect(await refusalOf(await askRequired('/v1/auth/signins'))).toEqual([401, 'unauthorized']);
  });
});
