import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { SCOPE_SENTENCES } from '../../src/contract/scope-sentence.ts';
import { askRequired } from './ask.ts';
import {
  authorizePath,
  CALLBACK,
  grantsOf,
  newBrowser,
  newClient,
  newDocument,
  openAnonymously,
  openConsent,
  whereTo,
} from './authorize-world.ts';
import { newProject } from './world.ts';

const CONSENT = '/v1/auth/consent';
const MEMBER = `INSERT INTO members (project_id, principal_id, role, added_by, created_at) VALUES (?, ?, 'viewer', 'usr_local', 0)`;

describe('the page that asks', () => {
  it('says who asks, for which account, for what, in which projects and where it returns', async () => {
    const clientId = await newClient({
      name: 'Builder <b>Bold</b>',
      scopes: ['tasks:read', 'gates:approve'],
    });
    const browser = await newBrowser();
    const { text } = await openConsent(
      browser,
      authorizePath(clientId, { scope: 'tasks:read gates:approve' }),
    );
    expect(text).toContain('Builder &lt;b&gt;Bold&lt;/b&gt;');
    expect(text).toContain('Ada');
    expect(text).toContain(browser.person.email);
    expect(text).toContain(SCOPE_SENTENCES['tasks:read']);
    expect(text).toContain(SCOPE_SENTENCES['gates:approve']);
    expect(text).toContain('app.example.com');
    expect(text).toContain(browser.person.projectId);
    expect(text).toContain('never allowed this app');
    expect(text).not.toContain('on this computer');
    expect(text).not.toContain('<script');
  });

  it('names the host of a client that describes itself before the name that it gives itself', async () => {
    const clientId = await newDocument({ client_name: 'Sluice\u202e \u0007Official' });
    const { text } = await openConsent(await newBrowser(), authorizePath(clientId));
    expect(text).toContain('<h1>Allow meta.example.com?</h1>');
    expect(text).toContain('calls itself “Sluice Official”');
  });

  it('warns of what returns to this machine', async () => {
    const { text } = await openConsent(
      await newBrowser(),
      authorizePath('cli_sluice', { redirect_uri: 'http://localhost:4711/callback' }),
    );
    expect(text).toContain('on this computer');
    expect(text).toContain('localhost:4711');
  });

  it.each([
    [CALLBACK, 'https://app.example.com'],
    ['http://127.0.0.1:4711/callback', 'http://127.0.0.1:4711'],
    ['com.example.app:/callback', 'com.example.app:'],
  ])('cannot be framed or scripted, and its form may lead back to %s', async (uri, source) => {
    const clientId = await newClient({ redirectUris: [uri] });
    const { page } = await openConsent(
      await newBrowser(),
      authorizePath(clientId, { redirect_uri: uri }),
    );
    expect(page.headers.get('Content-Security-Policy')).toBe(
      `default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self' ${source}; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'`,
    );
    expect(page.headers.get('X-Frame-Options')).toBe('DENY');
    expect(page.headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(page.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(page.headers.get('Cache-Control')).toBe('no-store');
  });

  it('arms Allow after half a second, by a style and no script', async () => {
    const { text } = await openConsent(await newBrowser(), authorizePath(await newClient()));
    expect(text).toMatch(/<button class="arm" name="decision" value="allow">/);
    // Enter in a field presses the first button of the form: that is the grey one.
    const first = /<button[^>]*>/.exec(text)?.[0];
    expect(first).toBe(
      '<button class="unarmed" formmethod="dialog" tabindex="-1" aria-hidden="true">',
    );
    const style = await askRequired('/v1/auth/consent.css');
    expect(style.headers.get('Content-Type')).toContain('text/css');
    expect(await style.text()).toContain('.arm { animation: arm 500ms step-end both }');
  });

  it('is for nobody who is not signed in: they come back after the sign-in', async () => {
    const browser = await newBrowser();
    const { path } = await openConsent(browser, authorizePath(await newClient()));
    expect(whereTo(await openAnonymously(path)).searchParams.get('return')).toBe(path);
  });
});

describe('the answer', () => {
  it('deny goes back to the app and leaves no grant; it cannot be taken back', async () => {
    const browser = await newBrowser();
    const { fields } = await openConsent(browser, authorizePath(await newClient()));
    const back = whereTo(await browser.post(CONSENT, { ...fields, decision: 'deny' }));
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('state')).toBe('a state');
    expect(back.searchParams.get('iss')).toBe('http://localhost:3000');
    const late = await browser.post(CONSENT, { ...fields, projects: 'all', decision: 'allow' });
    expect(late.status).toBe(400);
    expect(await grantsOf(browser.person.id)).toEqual([]);
  });

  it('counts once, however many send it at the same time', async () => {
    const browser = await newBrowser();
    const { fields } = await openConsent(browser, authorizePath(await newClient()));
    const form = { ...fields, projects: 'all', decision: 'allow' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => browser.post(CONSENT, form)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(7).fill(400)]);
    expect(await grantsOf(browser.person.id)).toHaveLength(1);
    const codes = env.DB.prepare('SELECT count(*) AS n FROM auth_codes WHERE grant_id = ?');
    const [grant] = await grantsOf(browser.person.id);
    expect(await codes.bind(grant?.['id']).first()).toEqual({ n: 1 });
  });

  it('is too late after ten minutes', async () => {
    const browser = await newBrowser();
    const { fields, path } = await openConsent(browser, authorizePath(await newClient()));
    await env.DB.prepare('UPDATE ceremonies SET expires_at = ? WHERE id = ?')
      .bind(Date.now() - 1, fields['transaction'])
      .run();
    const form = { ...fields, projects: 'all', decision: 'allow' };
    expect((await browser.post(CONSENT, form)).status).toBe(400);
    expect((await browser.open(path)).status).toBe(400);
    expect(await grantsOf(browser.person.id)).toEqual([]);
  });

  it('may be for some projects only, and only for their own', async () => {
    const browser = await newBrowser();
    const { person } = browser;
    const second = await newProject();
    await env.DB.prepare(MEMBER).bind(second, person.id).run();
    const foreign = await newProject();
    const path = authorizePath(await newClient());
    const { fields } = await openConsent(browser, path);
    for (const project of [[], [foreign], [second, foreign], ['', 'x']]) {
      const wrong = { ...fields, projects: 'chosen', project, decision: 'allow' };
      const answer = await browser.post(CONSENT, wrong);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('Choose at least one project');
    }
    const right = { ...fields, projects: 'chosen', project: [second], decision: 'allow' };
    whereTo(await browser.post(CONSENT, right));
    const [grant, ...rest] = await grantsOf(person.id);
    expect(rest).toEqual([]);
    expect(grant?.['project_ids']).toBe(JSON.stringify([second]));
  });
});

describe('a form that no page of ours has sent', () => {
  const FOREIGN: readonly Record<string, string>[] = [
    { Origin: 'https://evil.example.com', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'http://localhost:4000', 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'http://localhost:4000', 'Sec-Fetch-Site': 'same-origin' },
    { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'null', 'Sec-Fetch-Site': 'none' },
    { Origin: 'null', 'Sec-Fetch-Site': '' },
  ];

  it.each(FOREIGN)('%j is 403, and there is no grant', async (headers) => {
    const browser = await newBrowser();
    const { fields } = await openConsent(browser, authorizePath(await newClient()));
    const form = { ...fields, projects: 'all', decision: 'allow' };
    expect((await browser.post(CONSENT, form, headers)).status).toBe(403);
    expect(await grantsOf(browser.person.id)).toEqual([]);
    expect((await browser.post(CONSENT, form)).status).toBe(303);
  });

  it('counts from a page that names no referrer, as ours do', async () => {
    const browser = await newBrowser();
    const headers = { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' };
    const { fields } = await openConsent(browser, authorizePath(await newClient()));
    const form = { ...fields, projects: 'all', decision: 'allow' };
    expect((await browser.post(CONSENT, form, headers)).status).toBe(303);
  });

  it('needs the token of the question and of the sign-in', async () => {
    const browser = await newBrowser();
    const path = authorizePath(await newClient());
    const { fields } = await openConsent(browser, path);
    const other = await openConsent(browser, path);
    const strangers = await newBrowser();
    const stranger = await openConsent(strangers, path);
    const sameOnce = await newBrowser({ person: browser.person });
    const form = { ...fields, projects: 'all', decision: 'allow' };
    for (const token of ['', 'x', other.fields['token'] ?? '', stranger.fields['token'] ?? '']) {
      expect((await browser.post(CONSENT, { ...form, token })).status).toBe(400);
    }
    expect((await strangers.post(CONSENT, form)).status).toBe(400);
    expect((await sameOnce.post(CONSENT, form)).status).toBe(400);
    const { transaction = '' } = stranger.fields;
    expect((await browser.post(CONSENT, { ...form, transaction })).status).toBe(400);
    for (const one of [browser, strangers]) expect(await grantsOf(one.person.id)).toEqual([]);
  });

  it('shows nobody the question of another person', async () => {
    const { path } = await openConsent(await newBrowser(), authorizePath(await newClient()));
    expect((await (await newBrowser()).open(path)).status).toBe(400);
  });

  it('a credential that is no sign-in opens no page and answers none', async () => {
    const { path } = await openConsent(await newBrowser(), authorizePath(await newClient()));
    const headers = { Authorization: 'Bearer slc_pat_0000000000000000000000000000004gHlK0' };
    const opened = await askRequired(path, { redirect: 'manual', headers });
    expect(whereTo(opened).pathname).toBe('/signin');
  });

  it('GET answers nothing', async () => {
    const browser = await newBrowser();
    const { fields } = await openConsent(browser, authorizePath(await newClient()));
    const query = new URLSearchParams({ ...fields, projects: 'all', decision: 'allow' });
    await browser.open(`${CONSENT}?${query}`);
    expect(await grantsOf(browser.person.id)).toEqual([]);
  });

  it('another kind of body, or a huge one, is refused', async () => {
    const browser = await newBrowser();
    const json = { 'Content-Type': 'application/json' };
    expect((await browser.post(CONSENT, {}, json)).status).toBe(415);
    expect((await browser.post(CONSENT, { x: 'y'.repeat(70_000) })).status).toBe(413);
    expect((await browser.post(CONSENT, {})).status).toBe(400);
  });
});
