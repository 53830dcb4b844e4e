// The pages of signing in, as a browser without a script sees them.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import { returnPath } from '../../src/routes/pages/return-path.ts';
import { ask, askRequired, ORIGIN, refusalOf } from './ask.ts';
import { askAs, cookieOf, newPasskeyHolder, newPerson, signInAs } from './signin-world.ts';

const HOME = '/signin/account';
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
/** A form of a page that names no referrer. */
const OWN_FORM = { ...FORM, Origin: 'null', 'Sec-Fetch-Site': 'same-origin' };

const postForm = (path: string, fields: Record<string, string>, headers = {}) =>
  askRequired(path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { ...OWN_FORM, ...headers },
    redirect: 'manual',
  });
const signedIn = (cookie: string) => ({ Cookie: `__Host-slc_s=${cookie}` });
const placeOf = (answer: Response) => [answer.status, answer.headers.get('Location')];

it('who comes to a page in open mode is told that nobody signs in there, and what to do instead', async () => {
  const led = await ask('/inbox', { redirect: 'manual' });
  expect(placeOf(led)).toEqual([303, '/signin?return=%2Finbox']);
  const page = await (await ask('/signin?return=%2Finbox')).text();
  expect(page).toContain(`<code>curl ${ORIGIN}/gates</code>`);
  expect(await (await askRequired('/signin')).text()).not.toContain('open mode');
});

describe('every page', () => {
  it.each(['/signin', '/signin/recovery', '/invite', '/bootstrap'])(
    '%s cannot be framed, stored, scripted from elsewhere or leak where it was',
    async (path) => {
      const answer = await askRequired(path);
      const policy = answer.headers.get('Content-Security-Policy') ?? '';
      for (const part of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
      ]) {
        expect(policy.split('; ')).toContain(part);
      }
      expect(policy).not.toContain('unsafe');
      expect(answer.headers.get('X-Frame-Options')).toBe('DENY');
      expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(answer.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      expect(answer.headers.get('X-Request-ID')).toMatch(/^req_/);
      const text = await answer.text();
      expect(text).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/);
      expect(text).toContain('<html lang="en">');
    },
  );

  it('asked for by address leads to localhost, where passkeys work', async () => {
    const { AUTH_MODE: _mode, ...rest } = env;
    for (const host of ['127.0.0.1:3000', '[::1]:3000']) {
      const request = new Request(`http://${host}/signin?return=%2Fa`, { headers: { Host: host } });
      const answer = await app.fetch(request, rest, createExecutionContext());
      expect(placeOf(answer)).toEqual([303, 'http://localhost:3000/signin?return=%2Fa']);
    }
  });

  it('is made of files that the Worker serves with their types', async () => {
    const page = await (await askRequired('/signin')).text();
    for (const [, path = ''] of page.matchAll(/(?:src|href)="(\/pages\/[^"]+)"/g)) {
      const file = await askRequired(path);
      expect(file.status).toBe(200);
      const type = path.endsWith('.css') ? 'text/css' : 'text/javascript';
      expect(file.headers.get('Content-Type')).toContain(type);
      expect(file.headers.get('Cache-Control')).toBe('public, max-age=300');
      expect(file.headers.get('X-Content-Type-Options')).toBe('nosniff');
    }
    const script = await (await askRequired('/pages/signin.browser.js')).text();
    for (const [, name] of script.matchAll(/from '\.\/([^']+)'/g)) {
      expect((await askRequired(`/pages/${name}`)).status).toBe(200);
    }
    expect((await askRequired('/pages/nothing.js')).status).toBe(404);
  });
});

describe('where a sign-in leads', () => {
  it.each(['/tasks', '/v1/auth/authorize?client_id=a&state=b%26c', '/a/../b?x=/c'])(
    '%s is a place on this server',
    (path) => {
      const url = new URL(path, ORIGIN);
      expect(returnPath(path, ORIGIN)).toBe(url.pathname + url.search);
    },
  );

  it.each([
    undefined,
    '',
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/a\\b',
    '\\\\evil.test',
    '/\t/evil.test',
    '/\n/evil.test',
    '/..//evil.test',
    '/.//evil.test',
    '/a/..//evil.test',
    '/%2e%2e//evil.test',
    'javascript:alert(1)',
    'tasks',
    ` /tasks`,
    `/${'a'.repeat(9_000)}`,
  ])('%j is none, and leads home', (path) => {
    expect(returnPath(path, ORIGIN)).toBe(HOME);
  });

  it('who is signed in goes on; a step-up asks again; who has only begun registers first', async () => {
    const { id } = await newPerson();
    const { cookie } = await signInAs(id);
    const get = (path: string) =>
      askRequired(path, { headers: signedIn(cookie), redirect: 'manual' });
    expect(placeOf(await get('/signin?return=%2Ftasks'))).toEqual([303, '/tasks']);
    expect(placeOf(await get('/signin?return=%2F%2Fevil.test'))).toEqual([303, HOME]);
    const again = await get('/signin?return=%2Ftasks&stepUp=1');
    expect(again.status).toBe(200);
    expect(await again.text()).toContain('data-purpose="stepUp" data-target="/tasks"');
    const setup = await signInAs(id, { setup: true });
    for (const path of ['/signin', HOME, '/invite']) {
      const answer = await askRequired(path, {
        headers: signedIn(setup.cookie),
        redirect: 'manual',
      });
      expect(placeOf(answer)).toEqual([303, '/signin/passkey']);
    }
  });

  it('a text in the address is shown as text', async () => {
    const query = encodeURIComponent('/"><script>x</script>');
    const text = await (await askRequired(`/signin?return=${query}`)).text();
    expect(text).not.toContain('<script>x');
  });
});

describe('the recovery form', () => {
  it('lets a person in without a script', async () => {
    const { person, recoveryCodes } = await newPasskeyHolder();
    const fields = { email: person.email, code: recoveryCodes[0] ?? '', return: '/tasks' };
    const answer = await postForm('/signin/recovery', fields);
    expect(placeOf(answer)).toEqual([303, '/tasks']);
    expect((await askAs(cookieOf(answer) ?? '', '/tasks')).status).toBe(200);
    const again = await postForm('/signin/recovery', fields);
    expect(again.status).toBe(401);
    expect(cookieOf(again)).toBe(null);
    const text = await again.text();
    expect(text).toMatch(/role="alert">\w/);
    expect(text).toContain(`value="${person.email}"`);
    expect(text).not.toContain(fields.code);
  });

  it('is for our own page, a form, and of a size', async () => {
    const fields = { email: 'a@example.com', code: 'x' };
    const foreign = { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' };
    const answer = await postForm('/signin/recovery', fields, foreign);
    expect(await refusalOf(answer)).toEqual([403, 'forbidden_origin']);
    const json = await askRequired('/signin/recovery', { json: fields });
    expect((await refusalOf(json))[0]).toBe(415);
    const large = await postForm('/signin/recovery', { ...fields, more: 'x'.repeat(20_000) });
    expect((await refusalOf(large))[0]).toBe(413);
  });

  it('works in open mode too, where a form without a referrer has no origin', async () => {
    const answer = await ask('/signin/recovery', {
      method: 'POST',
      body: 'email=a%40example.com&code=x',
      headers: OWN_FORM,
    });
    expect(answer.status).toBe(401);
  });
});

describe('the account page', () => {
  const open = async () => {
    const { person, browser } = await newPasskeyHolder();
    return { person, cookie: browser.jar.cookie ?? '' };
  };

  it('needs a sign-in, and shows where else there is one', async () => {
    const stranger = await askRequired(HOME, { redirect: 'manual' });
    expect(placeOf(stranger)).toEqual([303, '/signin']);
    const { person, cookie } = await open();
    const agent = '<b>x</b> Mozilla/5.0 (Windows NT 10.0) Firefox/140.0';
    await signInAs(person.id, { browser: { agent, ipPrefix: '198.51.100.0/24' } });
    const text = await (await askRequired(HOME, { headers: signedIn(cookie) })).text();
    for (const part of ['This browser', 'Firefox on Windows', '198.51.100.0/24', person.email]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('10 recovery codes are left');
    expect(text).not.toContain('<b>');
  });

  it('its forms end another sign-in, remove a passkey and sign out', async () => {
    const { person, cookie } = await open();
    const other = await signInAs(person.id);
    const headers = signedIn(cookie);
    const end = await postForm(HOME, { do: 'end', id: other.row.id }, headers);
    expect(placeOf(end)).toEqual([303, HOME]);
    expect((await askAs(other.cookie, '/tasks')).status).toBe(401);
    const unknown = await postForm(HOME, { do: 'remove', id: 'psk_x' }, headers);
    expect(unknown.status).toBe(400);
    expect(await unknown.text()).toContain('role="alert">Passkey not found');
    const out = await postForm(HOME, { do: 'signout' }, headers);
    expect(placeOf(out)).toEqual([303, '/signin']);
    expect(cookieOf(out)).toBe('');
    expect((await askAs(cookie, '/tasks')).status).toBe(401);
  });

  it('an old sign-in is asked to prove it again before it removes a passkey', async () => {
    const { person } = await open();
    const { cookie } = await signInAs(person.id, { authTimeMs: Date.now() - 301_000 });
    const answer = await postForm(HOME, { do: 'remove', id: 'psk_x' }, signedIn(cookie));
    expect(placeOf(answer)).toEqual([303, '/signin?stepUp=1&return=%2Fsignin%2Faccount']);
  });

  it('T17: a form of a foreign page does nothing', async () => {
    const { cookie } = await open();
    for (const foreign of [
      { Origin: 'http://localhost:3001', 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      const headers = { ...signedIn(cookie), ...foreign };
      const answer = await postForm(HOME, { do: 'signout' }, headers);
      expect(await refusalOf(answer)).toEqual([403, 'forbidden_origin']);
    }
    expect((await askAs(cookie, '/tasks')).status).toBe(200);
  });
});
