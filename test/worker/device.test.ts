import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { askRequired } from './ask.ts';
import {
  type Browser,
  type Fields,
  grantsOf,
  hiddenFields,
  newBrowser,
  newClient,
  newDocument,
  ORIGIN,
  openAnonymously,
  whereTo,
} from './authorize-world.ts';
import { oauthRefusalOf, postForm } from './client-doors-world.ts';
import './world.ts';

const DOOR = '/v1/auth/device_authorization';
const WRONG = 'BBBB-BBBB';

interface Device {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri_complete: string;
}

async function newDevice(changes: Fields = {}): Promise<Device> {
  const answer = await postForm(DOOR, { client_id: 'cli_sluice', scope: 'tasks:read', ...changes });
  expect(answer.status).toBe(200);
  return answer.json<Device>();
}

async function stateOf({ device_code }: Device) {
  const sql = 'SELECT state, user_id, grant_id FROM device_codes WHERE hash = ?';
  return env.DB.prepare(sql)
    .bind(await hashSecret(env, device_code))
    .first<Record<string, string>>();
}

async function openDevice(browser: Browser, code: string) {
  const page = await browser.post('/device', { user_code: code });
  expect(page.status).toBe(200);
  const text = await page.text();
  return { text, fields: hiddenFields(text) };
}

describe('a device that asks for a code', () => {
  it('gets one for itself and one to show', async () => {
    const answer = await postForm(DOOR, { client_id: 'cli_sluice' });
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    const body = await answer.json<Device>();
    expect(body).toEqual({
      device_code: expect.stringMatching(/^slc_dc_[0-9A-Za-z]{36}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${ORIGIN}/device`,
      verification_uri_complete: `${ORIGIN}/device?user_code=${body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
    expect(await stateOf(body)).toEqual({ state: 'pending', user_id: null, grant_id: null });
  });

  it.each<[string, Fields, number, string]>([
    ['an unknown client', { client_id: 'cli_00000000000000000000000000' }, 401, 'invalid_client'],
    ['no client', { client_id: '' }, 401, 'invalid_client'],
    ['an unknown scope', { scope: 'root' }, 400, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://other.test' }, 400, 'invalid_target'],
    ['a repeated scope', { scope: ['tasks:read', 'tasks:read'] }, 400, 'invalid_request'],
    ['a thumbprint that is none', { dpop_jkt: 'x' }, 400, 'invalid_request'],
  ])('%s is refused', async (_name, changes, status, error) => {
    const answer = await postForm(DOOR, { client_id: 'cli_sluice', ...changes });
    expect(await oauthRefusalOf(answer)).toEqual([status, error]);
  });

  it('is a native client', async () => {
    for (const clientId of [await newDocument(), await newClient({ kind: 'service' })]) {
      const answer = await postForm(DOOR, { client_id: clientId });
      expect(await oauthRefusalOf(answer)).toEqual([400, 'unauthorized_client']);
    }
  });
});

describe('the page for a device', () => {
  it('asks whoever is not signed in to do so, and keeps the code', async () => {
    const { user_code } = await newDevice();
    const signin = whereTo(await openAnonymously(`/device?user_code=${user_code}`));
    expect(signin.searchParams.get('return')).toBe(`/device?user_code=${user_code}`);
  });

  it('asks for the code to be confirmed, also where the link has it', async () => {
    const device = await newDevice();
    const browser = await newBrowser();
    const url = new URL(device.verification_uri_complete);
    const page = await browser.open(url.pathname + url.search);
    const text = await page.text();
    expect(text).toContain(`value="${device.user_code}"`);
    expect(text).not.toContain('value="allow"');
    expect(page.headers.get('Content-Security-Policy')).toContain("form-action 'self';");
    expect(page.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });

  it('shows a code that somebody put into the link as text', async () => {
    const page = await (await newBrowser()).open('/device?user_code=%22%3E%3Cscript%3E');
    expect(await page.text()).not.toContain('<script>');
  });

  it.each([(code: string) => code, (code: string) => code.toLowerCase().replace('-', ' ')])(
    'lets a person allow it, once',
    async (typed) => {
      const device = await newDevice();
      const browser = await newBrowser();
      const { text, fields } = await openDevice(browser, typed(device.user_code));
      expect(text).toContain('see tasks');
      expect(text).toContain('Sluice CLI');
      const form = { ...fields, projects: 'all', decision: 'allow' };
      const answers = await Promise.all([1, 2, 3].map(() => browser.post('/device', form)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
      const [grant, ...rest] = await grantsOf(browser.person.id);
      expect(rest).toEqual([]);
      expect(await stateOf(device)).toEqual({
        state: 'approved',
        user_id: browser.person.id,
        grant_id: grant?.['id'],
      });
      expect(grant).toMatchObject({ client_id: 'cli_sluice', scopes: '["tasks:read"]' });
    },
  );

  it('lets a person turn it away', async () => {
    const device = await newDevice();
    const browser = await newBrowser();
    const { fields } = await openDevice(browser, device.user_code);
    expect((await browser.post('/device', { ...fields, decision: 'deny' })).status).toBe(200);
    expect(await stateOf(device)).toMatchObject({ state: 'denied', grant_id: null });
    const late = { ...fields, projects: 'all', decision: 'allow' };
    expect((await browser.post('/device', late)).status).toBe(400);
    expect(await grantsOf(browser.person.id)).toEqual([]);
  });

  it('allows nothing without the form that it has shown to this sign-in', async () => {
    const device = await newDevice();
    const browser = await newBrowser();
    const { fields } = await openDevice(browser, device.user_code);
    const form = { ...fields, projects: 'all', decision: 'allow' };
    const stranger = await newBrowser();
    expect((await stranger.post('/device', form)).status).toBe(400);
    expect((await browser.post('/device', { ...form, token: '' })).status).toBe(400);
    const foreign = { Origin: 'http://localhost:4000', 'Sec-Fetch-Site': 'same-site' };
    expect((await browser.post('/device', form, foreign)).status).toBe(403);
    expect(await stateOf(device)).toMatchObject({ state: 'pending' });
  });

  it('knows no code that is too old', async () => {
    const device = await newDevice();
    const expire = 'UPDATE device_codes SET expires_at = ? WHERE user_code = ?';
    await env.DB.prepare(expire)
      .bind(Date.now() - 1, device.user_code)
      .run();
    const answer = await (await newBrowser()).post('/device', { user_code: device.user_code });
    expect(answer.status).toBe(400);
  });

  it('locks after ten wrong codes of an account, for ten minutes', async () => {
    const browser = await newBrowser();
    const guess = (code: string) => browser.post('/device', { user_code: code });
    for (let n = 1; n < 10; n += 1) expect((await guess(WRONG)).status).toBe(400);
    expect((await guess('')).status).toBe(429);
    const { user_code } = await newDevice();
    expect((await guess(user_code)).status).toBe(429);
    const later = 'UPDATE failures SET until = ? WHERE k = ?';
    await env.DB.prepare(later)
      .bind(Date.now() - 1, `device ${browser.person.id}`)
      .run();
    expect((await guess(user_code)).status).toBe(200);
  });

  it('locks after ten wrong codes from a network, whoever signs in there', async () => {
    const { user_code } = await newDevice();
    const headers = { 'CF-Connecting-IP': '198.51.100.7' };
    const guess = async (code: string, from = headers) =>
      (await newBrowser()).post('/device', { user_code: code }, from);
    for (let n = 0; n < 10; n += 1) await guess(WRONG);
    expect((await guess(user_code)).status).toBe(429);
    const elsewhere = { 'CF-Connecting-IP': '203.0.113.7' };
    expect((await guess(user_code, elsewhere)).status).toBe(200);
  });

  it('is a page of ours: other pages may neither read it nor ask for its code', async () => {
    const answer = await askRequired('/device', {
      method: 'POST',
      headers: { Origin: 'https://evil.example.com', 'Content-Type': 'text/plain' },
      body: 'x',
    });
    expect(answer.status).toBe(403);
  });
});
