// The pages on which people see to what is theirs, as a browser without a script sees them.

import { describe, expect, it } from 'vitest';
import { atPages, secretIn, statusOf, toldBy } from './account-world.ts';
import { ask, askRequired, refusalOf } from './ask.ts';
import { hiddenFields, openAnonymously, whereTo } from './authorize-world.ts';
import { addMember, roleOf } from './project-world.ts';
import { newPerson, signInAs } from './signin-world.ts';

const LATE = { authTimeMs: Date.now() - 301_000 };
const HOSTILE = `<img src=x onerror="alert(1)">'`;
const PATHS = ['/account/projects', '/account/tokens', '/account/apps'];
const clientFields = (fields: Record<string, string | string[]> = {}) => ({
  name: 'CI',
  kind: 'service',
  role: 'developer',
  scope: ['projects:read', 'tasks:read'],
  redirects: '',
  ...fields,
});

describe('who comes', () => {
  it.each(PATHS)('to %s without a sign-in is led there and back', async (path) => {
    const there = whereTo(await openAnonymously(path));
    expect(there.pathname + there.search).toBe(`/signin?return=${encodeURIComponent(path)}`);
    const post = await askRequired(path, {
      method: 'POST',
      redirect: 'manual',
      body: 'once=x',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'Sec-Fetch-Site': 'same-origin',
      },
    });
    expect(whereTo(post).pathname).toBe('/signin');
  });

  it('with a token of the API sees no page', async () => {
    const ada = await atPages();
    const made = await ada.send('/account/tokens', {
      name: 'x',
      days: '1',
      scope: 'projects:read',
    });
    const headers = { Authorization: `Bearer ${secretIn(await made.text())}` };
    const page = await askRequired('/account/projects', { headers, redirect: 'manual' });
    expect(whereTo(page).pathname).toBe('/signin');
  });

  it('with a sign-in that can only register a passkey does that first', async () => {
    const { id } = await newPerson();
    const { cookie } = await signInAs(id, { setup: true });
    const headers = { Cookie: `__Host-slc_s=${cookie}` };
    const page = await askRequired('/account/projects', { headers, redirect: 'manual' });
    const next = whereTo(page);
    const then = await askRequired(next.pathname + next.search, { headers, redirect: 'manual' });
    expect(whereTo(then).pathname).toBe('/signin/passkey');
  });

  it.each(PATHS)('sees %s neither framed, stored nor scripted', async (path) => {
    const ada = await atPages();
    const page = await ada.open(path);
    expect(page.headers.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'",
    );
    expect(page.headers.get('Cache-Control')).toBe('no-store');
    const text = await page.text();
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/);
    for (const [, file = ''] of text.matchAll(/(?:src|href)="(\/pages\/[^"]+)"/g)) {
      expect((await askRequired(file)).status).toBe(200);
    }
  });

  it('is counted against their own limit', async () => {
    const ada = await atPages();
    expect((await ada.open('/account/projects')).headers.get('RateLimit-Policy')).toContain(
      'default',
    );
  });
});

describe('the front door', () => {
  it('leads everybody to the console, which asks them to sign in where that is needed', async () => {
    const { cookie } = await atPages();
    const headers = { Cookie: `__Host-slc_s=${cookie}` };
    const leads = async (asking: typeof ask, init = {}) =>
      (await asking('/', { redirect: 'manual', ...init })).headers.get('Location');
    expect(await leads(askRequired, { headers })).toBe('/console/');
    expect(await leads(askRequired)).toBe('/console/');
    expect(await leads(ask)).toBe('/console/');
  });
});

describe('a form', () => {
  const fields = { name: 'Shop', description: '' };

  it.each([
    { Origin: 'http://localhost:3001', 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
  ])('T8: of a foreign page is refused: %o', async (headers) => {
    const ada = await atPages();
    const keys = hiddenFields(await ada.read('/account/projects'));
    const answer = await ada.post('/account/projects', { ...keys, ...fields }, headers);
    expect(answer.status).toBe(403);
    expect(await ada.read('/account/projects')).not.toContain('Shop');
  });

  it('T8: counts only with the token that was shown to this sign-in', async () => {
    const ada = await atPages();
    const again = await atPages({ person: ada.person });
    const keys = hiddenFields(await ada.read('/account/projects'));
    const others = hiddenFields(await again.read('/account/projects'));
    const { once = '' } = keys;
    const { token = '' } = others;
    for (const wrong of [{}, { once }, { ...keys, token: 'x' }, others, { once, token }]) {
      const answer = await ada.post('/account/projects', { ...fields, ...wrong });
      const told = await toldBy(answer);
      expect(told).toEqual([403, 'This form was not shown to this sign-in. Open the page again.']);
    }
    expect(await ada.read('/account/projects')).not.toContain('Shop');
  });

  it('that is sent twice is done once, and its secret is shown once', async () => {
    const ada = await atPages();
    const keys = hiddenFields(await ada.read('/account/tokens'));
    const sent = { ...keys, do: 'create', name: 'laptop', days: '1', scope: 'projects:read' };
    const first = await (await ada.post('/account/tokens', sent)).text();
    expect(secretIn(first)).toMatch(/^slc_pat_\w{36}$/);
    const second = await (await ada.post('/account/tokens', sent)).text();
    expect(second).toContain('It is not shown again');
    expect(second).not.toContain('slc_pat_');
    const list = await ada.read('/account/tokens');
    expect(list.match(/laptop <code/g)).toHaveLength(1);
    const other = await ada.post('/account/tokens', { ...sent, name: 'desk' });
    expect(await toldBy(other)).toEqual([
      422,
      'This form was sent before. Look at what came of it.',
    ]);
  });

  it('that says nothing whole is answered by a sentence, and keeps what was typed', async () => {
    const ada = await atPages();
    const answer = await ada.send('/account/projects', { name: ' ', description: 'kept & shown' });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    expect(text).toContain('role="alert">Name is required.');
    expect(text).toContain('>kept &amp; shown</textarea>');
    const nul = await ada.send('/account/projects', { name: 'a\0b', description: '' });
    expect(nul.status).toBe(400);
    const json = await ada.post('/account/projects', {}, { 'Content-Type': 'application/json' });
    expect(json.status).toBe(415);
  });

  it('in open mode is for who is signed in, too', async () => {
    const page = await ask('/account/projects', { redirect: 'manual' });
    expect(whereTo(page).pathname).toBe('/signin');
  });
});

describe('what others wrote', () => {
  it('T10: is text on every page', async () => {
    const ada = await atPages();
    const page = whereTo(
      await ada.send('/account/projects', { name: HOSTILE, description: HOSTILE }),
    ).pathname;
    const invited = await ada.send(page, {
      do: 'invite',
      email: 'eve@example.com',
      role: 'viewer',
      message: HOSTILE,
    });
    const client = await ada.send(`${page}/clients`, clientFields({ name: HOSTILE }));
    const token = await ada.send('/account/tokens', {
      name: HOSTILE,
      days: '1',
      scope: 'tasks:read',
    });
    const wrong = await ada.send(
      `${page}/clients`,
      clientFields({ name: HOSTILE, scope: HOSTILE }),
    );
    expect(wrong.status).toBe(422);
    const made = await client.text();
    const clientPath = /href="(\/account\/clients\/[^"]+)"/.exec(made)?.[1] ?? '';
    for (const text of [
      await ada.read('/account/projects'),
      await ada.read(page),
      await invited.text(),
      made,
      await ada.read(clientPath),
      await token.text(),
      await ada.read('/account/tokens'),
      await wrong.text(),
    ]) {
      expect(text).not.toContain('<img');
    }
    expect(await ada.read(page)).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;');
  });
});

describe('what belongs to others', () => {
  it('T1: is answered as what never was', async () => {
    const ada = await atPages();
    const eve = await atPages();
    const made = await ada.send(
      `/account/projects/${ada.person.projectId}/clients`,
      clientFields(),
    );
    const client = /href="(\/account\/clients\/[^"]+)"/.exec(await made.text())?.[1] ?? '';
    const project = `/account/projects/${ada.person.projectId}`;
    const own = hiddenFields(await eve.read('/account/tokens'));
    const nothing = (path: string) => path.replace(/[^_]{26}$/, '0'.repeat(26));
    for (const path of [project, client]) {
      for (const one of [path, nothing(path)]) {
        expect((await eve.open(one)).status).toBe(404);
        const post = await eve.post(one, { ...own, do: 'delete', id: 'x' });
        expect(post.status).toBe(404);
      }
    }
    expect((await eve.open(`${project}/clients`)).status).toBe(404);
    const foreign = await eve.post(`${project}/clients`, { ...own, ...clientFields() });
    expect(foreign.status).toBe(404);
    expect((await ada.open(client)).status).toBe(200);
    for (const [path, id] of [
      ['/account/tokens', 'tok_00000000000000000000000000'],
      ['/account/apps', 'grt_00000000000000000000000000'],
    ] as const) {
      expect((await eve.post(path, { ...own, do: 'revoke', id })).status).toBe(404);
    }
  });

  it('a member sees only what their role lets them', async () => {
    const ada = await atPages();
    const vic = await atPages();
    const { projectId } = ada.person;
    await addMember(projectId, vic.person.id, 'viewer');
    const path = `/account/projects/${projectId}`;
    const text = await vic.read(path);
    expect(text).toContain(ada.person.email);
    expect(text).not.toContain('Make an invitation');
    expect(text).not.toContain('<h2>Clients');
    const keys = hiddenFields(text);
    const invite = { ...keys, do: 'invite', email: 'x@example.com', role: 'viewer' };
    expect(await toldBy(await vic.post(path, invite))).toEqual([
      403,
      'Your role in this project does not allow this.',
    ]);
    expect((await vic.open(`${path}/clients`)).status).toBe(403);
    const left = await vic.post(path, { ...keys, do: 'remove', id: vic.person.id });
    expect(whereTo(left).pathname).toBe('/account/projects');
    expect(await roleOf(projectId, vic.person.id)).toBe(null);
    const audit = await askRequired(`/v1/projects/${projectId}/audit`, {
      headers: { Cookie: `__Host-slc_s=${ada.cookie}` },
    });
    expect(await audit.text()).toContain(`POST ${path}`);
  });
});

describe('a sign-in that is older than five minutes', () => {
  it('is led to prove itself where a secret is made, and makes none', async () => {
    const ada = await atPages(LATE);
    const project = `/account/projects/${ada.person.projectId}`;
    const keys = hiddenFields(await ada.read('/account/projects'));
    for (const [path, fields] of [
      ['/account/tokens', { do: 'create', name: 'x', days: '1', scope: 'tasks:read' }],
      [`${project}/clients`, clientFields()],
      [project, { do: 'invite', email: 'x@example.com', role: 'viewer', message: '' }],
      [project, { do: 'remove', id: ada.person.id }],
    ] as const) {
      const next = whereTo(await ada.post(path, { ...keys, ...fields }));
      expect(next.pathname + next.search).toBe(
        `/signin?stepUp=1&return=${encodeURIComponent(path)}`,
      );
      expect(await ada.read(path)).toContain(
        `/signin?stepUp=1&amp;return=${encodeURIComponent(path)}`,
      );
    }
    expect(await ada.read('/account/tokens')).not.toContain('<code class="small">slc_pat_');
    const named = await ada.send('/account/projects', { name: 'Shop', description: '' });
    expect(named.status).toBe(303);
  });
});

describe('the whole way', () => {
  it('a token is made, works, and is revoked', async () => {
    const ada = await atPages();
    const made = await ada.send('/account/tokens', {
      do: 'create',
      name: 'laptop',
      days: '7',
      scope: ['projects:read', 'tasks:read'],
    });
    expect(made.status).toBe(200);
    const token = secretIn(await made.text());
    expect(await statusOf(token)).toBe(200);
    const list = await ada.read('/account/tokens');
    expect(list).not.toContain(token);
    const id = /name="id" value="(tok_\w+)"/.exec(list)?.[1] ?? '';
    const after = await ada.sent('/account/tokens', { do: 'revoke', id });
    expect(after).toContain('revoked');
    expect(await statusOf(token)).toBe(401);
    for (const days of ['0', '367', 'x', '']) {
      const answer = await ada.send('/account/tokens', { name: 'y', days, scope: 'tasks:read' });
      expect(answer.status).toBe(422);
    }
  });

  it('a service is made with a secret, gets another, loses it, and is deleted', async () => {
    const ada = await atPages();
    const project = `/account/projects/${ada.person.projectId}`;
    const made = await (await ada.send(`${project}/clients`, clientFields())).text();
    const first = secretIn(made);
    const [, path = '', id = ''] = /href="(\/account\/clients\/(cli_\w+))"/.exec(made) ?? [];
    const works = async (secret: string) =>
      (
        await askRequired('/v1/auth/token', {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
          headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
        })
      ).status;
    expect(await works(first)).toBe(200);
    expect(await ada.read(project)).toContain(`href="${path}"`);
    const rotated = await (await ada.send(path, { do: 'rotate', grace: '0' })).text();
    const second = secretIn(rotated);
    expect([await works(first), await works(second)]).toEqual([401, 200]);
    const secretId = /name="id" value="(sec_\w+)"/.exec(await ada.read(path))?.[1] ?? '';
    await ada.sent(path, { do: 'forget', id: secretId });
    expect(await works(second)).toBe(401);
    const back = await ada.sent(path, { do: 'delete', id });
    expect(back).not.toContain(`href="${path}"`);
    expect((await ada.open(path)).status).toBe(404);
  });

  it('an app has redirect URIs and no role, whatever stood in the hidden field', async () => {
    const ada = await atPages();
    const project = `/account/projects/${ada.person.projectId}`;
    const redirects = 'http://127.0.0.1/callback\r\n com.example.app:/back ';
    const native = { name: 'Builder', kind: 'native', redirects };
    const page = await ada.sent(`${project}/clients`, clientFields(native));
    expect(page).toContain('<code>http://127.0.0.1/callback</code>');
    expect(page).toContain('<code>com.example.app:/back</code>');
    expect(page).not.toContain('Secrets');
    const evil = clientFields({ ...native, redirects: 'javascript:alert(1)' });
    const [status, sentence] = await toldBy(await ada.send(`${project}/clients`, evil));
    expect([status, sentence]).toEqual([422, expect.stringContaining('scheme')]);
  });

  it('an invitation is shown once, sent anew, revoked; a role is changed', async () => {
    const ada = await atPages();
    const path = `/account/projects/${ada.person.projectId}`;
    const fields = { do: 'invite', email: 'Bo@Example.com', role: 'viewer', message: '' };
    const link = secretIn(await (await ada.send(path, fields)).text());
    expect(link).toMatch(/^http:\/\/localhost:3000\/invite#slc_inv_\w{36}$/);
    expect(await toldBy(await ada.send(path, fields))).toEqual([
      409,
      'They have been invited already.',
    ]);
    const accept = async (url: string) => {
      const json = { token: url.split('#')[1], name: 'Bo' };
      return askRequired('/v1/invitations/accept', { json });
    };
    const id = /name="id" value="(inv_\w+)"/.exec(await ada.read(path))?.[1] ?? '';
    const anew = secretIn(await (await ada.send(path, { do: 'resend', id })).text());
    expect(await refusalOf(await accept(link))).toEqual([404, 'not_found']);
    expect(await ada.sent(path, { do: 'revoke', id })).toContain('Nobody is invited');
    expect((await refusalOf(await accept(anew)))[0]).toBe(409);
    const bo = await newPerson();
    await addMember(ada.person.projectId, bo.id, 'viewer');
    await ada.sent(path, { do: 'role', id: bo.id, role: 'developer' });
    expect(await roleOf(ada.person.projectId, bo.id)).toBe('developer');
    const last = await ada.send(path, { do: 'role', id: ada.person.id, role: 'viewer' });
    expect((await toldBy(last))[0]).toBe(409);
    await ada.sent(path, { do: 'remove', id: bo.id });
    expect(await roleOf(ada.person.projectId, bo.id)).toBe(null);
  });
});
