import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { askRequired, ORIGIN, refusalOf } from './ask.ts';
import { newAuthenticator, type Twist } from './authenticator.ts';
import {
  askAs,
  cookieOf,
  newBrowser,
  newPasskeyHolder,
  newPerson,
  ownPage,
  signInAs,
} from './signin-world.ts';

const INVALID = [401, 'invalid_token'];

describe('the first passkey', () => {
  it('comes with ten recovery codes, and makes a sign-in out of one that could do nothing', async () => {
    const person = await newPerson();
    const setup = await signInAs(person.id, { setup: true });
    const browser = newBrowser(setup.cookie);
    const answer = await browser.register(await newAuthenticator());
    expect(answer.status).toBe(200);
    const { recoveryCodes } = await answer.json<{ recoveryCodes: string[] }>();
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^(\w{5}-){4}\w{6}$/);
    expect(browser.jar.cookie).not.toBe(setup.cookie);
    expect((await askAs(browser.jar.cookie ?? '', '/tasks')).status).toBe(200);
    expect(await refusalOf(await askAs(setup.cookie, '/tasks'))).toEqual(INVALID);
    const kept = await env.DB.prepare('SELECT hash FROM recovery_codes WHERE user_id = ?')
      .bind(person.id)
      .all();
    for (const code of recoveryCodes) expect(JSON.stringify(kept.results)).not.toContain(code);
  });

  it('is asked for with resident key, user verification, no attestation and three algorithms', async () => {
    const person = await newPerson();
    const browser = newBrowser((await signInAs(person.id, { setup: true })).cookie);
    const { publicKey } = await browser.begin('register');
    expect(publicKey).toMatchObject({
      rp: { id: 'localhost', name: 'Sluice' },
      attestation: 'none',
      timeout: 300_000,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      pubKeyCredParams: [{ alg: -8 }, { alg: -7 }, { alg: -257 }],
      user: { name: person.email },
    });
  });

  it.each<[string, Twist]>([
    ['another origin', { origin: 'https://evil.test' }],
    ['another host', { rpId: 'evil.test' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['no user verification', { isVerified: false }],
    ['the other ceremony', { type: 'webauthn.get' }],
  ])('is refused with %s', async (_name, twist) => {
    const setup = await signInAs((await newPerson()).id, { setup: true });
    const browser = newBrowser(setup.cookie);
    expect(await refusalOf(await browser.register(await newAuthenticator(), twist))).toEqual(
      INVALID,
    );
    expect(browser.jar.cookie).toBe(setup.cookie);
  });

  it('needs a sign-in, which is young unless it is for nothing else', async () => {
    const ask = (cookie: string | null) =>
      newBrowser(cookie).post('/v1/auth/passkeys/options', { purpose: 'register' });
    expect(await refusalOf(await ask(null))).toEqual([401, 'unauthorized']);
    const { id } = await newPerson();
    const old = await signInAs(id, { authTimeMs: Date.now() - 301_000 });
    expect(await refusalOf(await ask(old.cookie))).toEqual([
      401,
      'insufficient_user_authentication',
    ]);
    expect((await ask((await signInAs(id)).cookie)).status).toBe(200);
  });
});

describe('signing in by passkey', () => {
  it('T25: makes a new cookie each time, and the one before is dead', async () => {
    const { key, browser } = await newPasskeyHolder();
    const before = browser.jar.cookie ?? '';
    const answer = await browser.signIn(key);
    expect(answer.status).toBe(204);
    const after = browser.jar.cookie ?? '';
    expect(after).not.toBe(before);
    expect((await askAs(after, '/tasks')).status).toBe(200);
    expect(await refusalOf(await askAs(before, '/tasks'))).toEqual(INVALID);
  });

  it('T25: a planted cookie is worth nothing after', async () => {
    const { key } = await newPasskeyHolder();
    const planted = 'a'.repeat(64);
    const browser = newBrowser(planted);
    expect((await browser.signIn(key)).status).toBe(204);
    expect(browser.jar.cookie).not.toBe(planted);
    expect((await askAs(planted, '/tasks')).status).toBe(401);
  });

  it.each<[string, Twist]>([
    ['another origin', { origin: 'http://localhost:3001' }],
    ['another host', { rpId: 'evil.test' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['no user verification', { isVerified: false }],
    ['the other ceremony', { type: 'webauthn.create' }],
    ['no person', { userHandle: null }],
    ['another person', { userHandle: 'dXNyX2xvY2Fs' }],
  ])('is refused with %s', async (_name, twist) => {
    const { key } = await newPasskeyHolder();
    expect(await refusalOf(await newBrowser().signIn(key, twist))).toEqual(INVALID);
  });

  it('a counter that goes back, or stands still, signs nobody in', async () => {
    const { key } = await newPasskeyHolder();
    expect((await newBrowser().signIn(key, { counter: 9 })).status).toBe(204);
    for (const counter of [9, 8, 0]) {
      expect(await refusalOf(await newBrowser().signIn(key, { counter }))).toEqual(INVALID);
    }
    expect((await newBrowser().signIn(key, { counter: 10 })).status).toBe(204);
  });

  it('two answers with one counter at the same time: one of them counts', async () => {
    const { key } = await newPasskeyHolder();
    const browsers = [newBrowser(), newBrowser()];
    const begun = await Promise.all(browsers.map((browser) => browser.begin('signin')));
    const answers = await Promise.all(
      begun.map(async ({ publicKey }) => key.get(publicKey, { counter: 5 })),
    );
    const done = await Promise.all(
      browsers.map((browser, n) => browser.finish(begun[n]?.ceremonyId ?? '', answers[n])),
    );
    expect(done.map(({ status }) => status).sort()).toEqual([204, 401]);
  });

  it('an authenticator that does not count is let in each time', async () => {
    const { key } = await newPasskeyHolder();
    for (const _time of [1, 2]) {
      expect((await newBrowser().signIn(key, { counter: 0 })).status).toBe(204);
    }
  });

  it('a challenge is for one answer and for five minutes', async () => {
    const { key } = await newPasskeyHolder();
    const browser = newBrowser();
    const { ceremonyId, publicKey } = await browser.begin('signin');
    const answer = await key.get(publicKey);
    expect((await browser.finish(ceremonyId, answer)).status).toBe(204);
    expect(await refusalOf(await browser.finish(ceremonyId, answer))).toEqual(INVALID);
    const late = await browser.begin('signin');
    const expire = 'UPDATE ceremonies SET expires_at = expires_at - 300000 WHERE id = ?';
    await env.DB.prepare(expire).bind(late.ceremonyId).run();
    const lateAnswer = await key.get(late.publicKey);
    expect(await refusalOf(await browser.finish(late.ceremonyId, lateAnswer))).toEqual(INVALID);
  });

  it('T22: known and unknown are asked and answered alike, byte for byte', async () => {
    const { key } = await newPasskeyHolder();
    const stranger = await newAuthenticator();
    const text = async (authenticator: typeof key, twist: Twist) => {
      const answer = await newBrowser().signIn(authenticator, twist);
      return (await answer.text()).replace(/req_\w+/, 'req');
    };
    expect(await text(stranger, {})).toBe(await text(key, { isVerified: false }));
    const { publicKey } = await newBrowser().begin('signin');
    expect(publicKey).not.toHaveProperty('allowCredentials');
  });

  it('a disabled person is not let in', async () => {
    const { person, key } = await newPasskeyHolder();
    await env.DB.prepare('UPDATE users SET disabled_at = 1 WHERE id = ?').bind(person.id).run();
    expect(await refusalOf(await newBrowser().signIn(key))).toEqual(INVALID);
  });

  it('a foreign page can neither begin nor finish', async () => {
    for (const [path, json] of [
      ['options', { purpose: 'signin' }],
      ['verify', { ceremonyId: 'x', credential: {} }],
    ] as const) {
      const headers = { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' };
      const answer = await askRequired(`/v1/auth/passkeys/${path}`, { json, headers });
      expect((await refusalOf(answer))[0]).toBeGreaterThanOrEqual(403);
    }
  });

  it('garbage is 422, and never a fault of ours', async () => {
    const { ceremonyId } = await newBrowser().begin('signin');
    const good = await (await newAuthenticator()).get({ challenge: 'AA' });
    const bodies: unknown[] = [
      {},
      { ceremonyId },
      { ceremonyId, credential: null },
      { ceremonyId, credential: { ...good, id: '!' } },
      { ceremonyId, credential: { ...good, response: {} } },
      { ceremonyId, credential: good, more: 1 },
    ];
    for (const json of bodies) {
      expect((await newBrowser().post('/v1/auth/passkeys/verify', json)).status).toBe(422);
    }
    const response = { clientDataJSON: '', authenticatorData: 'A', signature: '', userHandle: 'A' };
    const wild = { ceremonyId, credential: { ...good, response } };
    expect((await newBrowser().post('/v1/auth/passkeys/verify', wild)).status).toBe(401);
    expect((await newBrowser().post('/v1/auth/passkeys/options', { purpose: 'x' })).status).toBe(
      422,
    );
  });
});

describe('RFC 9470: proving it again', () => {
  it('a step-up makes the sign-in young, by a passkey of the same person only', async () => {
    const { person, key } = await newPasskeyHolder();
    const old = await signInAs(person.id, { authTimeMs: Date.now() - 3_600_000 });
    const browser = newBrowser(old.cookie);
    const { publicKey } = await browser.begin('stepUp');
    expect(publicKey['allowCredentials']).toMatchObject([{ id: key.id }]);
    const other = await newPasskeyHolder();
    expect(await refusalOf(await browser.signIn(other.key, {}, 'stepUp'))).toEqual(INVALID);
    expect(browser.jar.cookie).toBe(old.cookie);
    expect((await browser.signIn(key, {}, 'stepUp')).status).toBe(204);
    const asked = await browser.post('/v1/auth/passkeys/options', { purpose: 'register' });
    expect(asked.status).toBe(200);
  });

  it('needs a sign-in, and the browser that began it', async () => {
    const answer = await newBrowser().post('/v1/auth/passkeys/options', { purpose: 'stepUp' });
    expect(await refusalOf(answer)).toEqual([401, 'unauthorized']);
    const { person, key } = await newPasskeyHolder();
    const browser = newBrowser((await signInAs(person.id)).cookie);
    const { ceremonyId, publicKey } = await browser.begin('stepUp');
    const stolen = await newBrowser().finish(ceremonyId, await key.get(publicKey));
    expect(await refusalOf(stolen)).toEqual(INVALID);
  });
});

describe('the passkeys of a person', () => {
  const list = async (cookie: string) => {
    const answer = await askAs(cookie, '/v1/auth/passkeys');
    return answer.json<{ data: { id: string }[]; recoveryCodesLeft: number }>();
  };
  const remove = (cookie: string, id: string) =>
    askAs(cookie, `/v1/auth/passkeys/${id}`, { method: 'DELETE' });

  it('can be more than one, and the second brings no codes', async () => {
    const { browser, key } = await newPasskeyHolder();
    expect((await browser.register(await newAuthenticator())).status).toBe(204);
    const { data, recoveryCodesLeft } = await list(browser.jar.cookie ?? '');
    expect([data.length, recoveryCodesLeft]).toEqual([2, 10]);
    expect(await refusalOf(await browser.register(key))).toEqual([409, 'conflict']);
  });

  it('are at most 20', async () => {
    const { browser } = await newPasskeyHolder();
    for (let count = 1; count < 20; count++) await browser.register(await newAuthenticator());
    const answer = await browser.register(await newAuthenticator());
    expect(await refusalOf(answer)).toEqual([409, 'limit_reached']);
  });

  it('can be removed, the last one only while codes are left; never those of others', async () => {
    const { person, browser, key } = await newPasskeyHolder();
    const other = await newPasskeyHolder();
    const cookie = browser.jar.cookie ?? '';
    const [only] = (await list(cookie)).data;
    const [foreign] = (await list(other.browser.jar.cookie ?? '')).data;
    expect(await refusalOf(await remove(cookie, foreign?.id ?? ''))).toEqual([404, 'not_found']);
    const use = 'UPDATE recovery_codes SET used_at = 1 WHERE user_id = ?';
    await env.DB.prepare(use).bind(person.id).run();
    expect(await refusalOf(await remove(cookie, only?.id ?? ''))).toEqual([409, 'in_use']);
    const again = await browser.register(await newAuthenticator());
    expect((await again.json<{ recoveryCodes: string[] }>()).recoveryCodes).toHaveLength(10);
    expect((await remove(browser.jar.cookie ?? '', only?.id ?? '')).status).toBe(204);
    expect(await refusalOf(await newBrowser().signIn(key))).toEqual(INVALID);
  });

  it('are not for a token, nor removed by an old sign-in', async () => {
    const { person } = await newPasskeyHolder();
    const bearer = await askRequired('/v1/auth/passkeys', {
      headers: { Authorization: 'Bearer x' },
    });
    expect(await refusalOf(bearer)).toEqual([401, 'unauthorized']);
    const old = await signInAs(person.id, { authTimeMs: Date.now() - 301_000 });
    const [only] = (await list(old.cookie)).data;
    expect(await refusalOf(await remove(old.cookie, only?.id ?? ''))).toEqual([
      401,
      'insufficient_user_authentication',
    ]);
    const headers = { ...ownPage(old.cookie), Origin: ORIGIN };
    expect(cookieOf(await askRequired('/v1/auth/passkeys', { headers }))).toBe(null);
  });
});
