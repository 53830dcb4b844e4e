import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { cookieHeaders, readCookie } from '../../src/auth/signin-cookie.ts';
import { trimSignins } from '../../src/db/signins.ts';
import { ask, askRequired, ORIGIN, refusalOf } from './ask.ts';
import { askAs, newPerson, ownPage, signInAs } from './signin-world.ts';

const HOUR = 3_600_000;
const json = { description: 'Add a health check' };

describe('the cookie of a sign-in', () => {
  it('is for this host, https and the server alone; at http://localhost there is a second one', () => {
    const far = cookieHeaders('ab', 'https://sluice.example');
    expect(far).toEqual([
      '__Host-slc_s=ab; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=604800',
    ]);
    expect(cookieHeaders('ab', ORIGIN)).toEqual([
      ...far,
      'slc_s=ab; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800',
    ]);
    expect(cookieHeaders('ab', 'http://localhost.evil.test')).toEqual(far);
    for (const header of cookieHeaders(null, ORIGIN)) expect(header).toContain('Max-Age=0');
  });

  it('the second name counts at http://localhost only, and never before the first', () => {
    expect(readCookie('slc_s=b', `${ORIGIN}/tasks`)).toBe('b');
    expect(readCookie('slc_s=b', 'https://sluice.example/tasks')).toBe(null);
    expect(readCookie('slc_s=b', 'http://127.0.0.1:3000/')).toBe(null);
    expect(readCookie('slc_s=b; __Host-slc_s=a', `${ORIGIN}/`)).toBe('a');
    expect(readCookie('a=1; __Host-slc_s=a; __Host-slc_s=c', `${ORIGIN}/`)).toBe('a');
    expect(readCookie(undefined, ORIGIN)).toBe(null);
  });

  it('lets a person in, with what their role allows, in both modes', async () => {
    const person = await newPerson();
    const { cookie } = await signInAs(person.id);
    for (const asked of [ask, askRequired]) {
      const headers = ownPage(cookie);
      const made = await asked('/tasks', { json, headers });
      expect(made.status).toBe(201);
      const listed = await asked('/tasks', { headers });
      expect((await listed.json<{ count: number }>()).count).toBeGreaterThan(0);
    }
  });

  it('T25: a killed, unknown, idle or old one is 401, also in open mode', async () => {
    const { id } = await newPerson();
    const past = Date.now() - 1_000;
    const killed = await signInAs(id);
    expect((await askAs(killed.cookie, '/tasks')).status).toBe(200);
    await env.DB.prepare('DELETE FROM signins WHERE hash = ?').bind(killed.row.hash).run();
    const dead = [
      killed.cookie,
      'f'.repeat(64),
      'x',
      (await signInAs(id, {}, { idleUntil: past })).cookie,
      (await signInAs(id, {}, { expiresAt: past })).cookie,
    ];
    for (const cookie of dead) {
      expect(await refusalOf(await askAs(cookie, '/tasks'))).toEqual([401, 'invalid_token']);
      const open = await ask('/tasks', { headers: ownPage(cookie) });
      expect(await refusalOf(open)).toEqual([401, 'invalid_token']);
    }
  });

  it('a person who is disabled is refused', async () => {
    const { id } = await newPerson();
    const { cookie } = await signInAs(id);
    await env.DB.prepare('UPDATE users SET disabled_at = 1 WHERE id = ?').bind(id).run();
    expect(await refusalOf(await askAs(cookie, '/tasks'))).toEqual([401, 'invalid_token']);
  });

  it('lives 12 hours from its last use, 7 days in all, and its use is written every few minutes', async () => {
    const { id } = await newPerson();
    const idleUntil = Date.now() + HOUR;
    const { cookie, row } = await signInAs(id, {}, { idleUntil });
    expect(row.expiresAt - row.createdAt).toBe(7 * 24 * HOUR);
    const read = () =>
      env.DB.prepare('SELECT idle_until FROM signins WHERE id = ?')
        .bind(row.id)
        .first('idle_until');
    await askAs(cookie, '/tasks');
    const written = await read();
    expect(Number(written)).toBeGreaterThan(Date.now() + 11.9 * HOUR);
    await askAs(cookie, '/tasks');
    expect(await read()).toBe(written);
  });

  it('at rest there is a hash, and nothing of the value', async () => {
    const { id } = await newPerson();
    const { cookie, row } = await signInAs(id);
    const kept = await env.DB.prepare('SELECT * FROM signins WHERE id = ?').bind(row.id).first();
    expect(JSON.stringify(kept)).not.toContain(cookie);
  });

  it('a sign-in that is to register a passkey does nothing else', async () => {
    const { id } = await newPerson();
    const { cookie } = await signInAs(id, { setup: true });
    const refused = [401, 'insufficient_user_authentication'];
    expect(await refusalOf(await askAs(cookie, '/tasks'))).toEqual(refused);
    expect(await refusalOf(await askAs(cookie, '/tasks', { json }))).toEqual(refused);
  });

  it('a person has 50 of them: the oldest end', async () => {
    const { id } = await newPerson();
    const first = await signInAs(id);
    for (let count = 0; count < 50; count++) {
      const later = `sgn_${'z'.repeat(24)}${String(count).padStart(2, '0')}`;
      await signInAs(id, {}, { id: later + id });
    }
    expect(await trimSignins(env.DB, id, Date.now())).toEqual([first.row.id]);
    expect((await askAs(first.cookie, '/tasks')).status).toBe(401);
    const left = 'SELECT COUNT(*) AS n FROM signins WHERE user_id = ?';
    expect(await env.DB.prepare(left).bind(id).first('n')).toBe(50);
  });
});

describe('T17: a cookie and the pages that ask', () => {
  const cookieOnly = (cookie: string) => ({ Cookie: `__Host-slc_s=${cookie}` });

  it('a write needs its own Origin or Sec-Fetch-Site: same-origin', async () => {
    const { cookie } = await signInAs((await newPerson()).id);
    const write = async (headers: Record<string, string>) => {
      const answer = await askRequired('/tasks', {
        json,
        headers: { ...cookieOnly(cookie), ...headers },
      });
      return answer.status;
    };
    expect(await write({ Origin: ORIGIN })).toBe(201);
    expect(await write({ 'Sec-Fetch-Site': 'same-origin' })).toBe(201);
    expect(await write({ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' })).toBe(201);
    for (const headers of [
      {},
      { Origin: 'null' },
      { Origin: 'https://evil.test' },
      { Origin: 'http://localhost:3001' },
      { Origin: 'http://127.0.0.1:3000' },
      { Origin: `${ORIGIN}.evil.test` },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'none' },
    ]) {
      const answer = await askRequired('/tasks', {
        json,
        headers: { ...cookieOnly(cookie), ...headers },
      });
      expect(await refusalOf(answer)).toEqual([403, 'forbidden_origin']);
    }
    const listed = await askRequired('/tasks', { headers: cookieOnly(cookie) });
    expect((await listed.json<{ count: number }>()).count).toBe(3);
  });

  it('it never counts for a foreign page, a reading one neither; following a link is no asking', async () => {
    const { cookie } = await signInAs((await newPerson()).id);
    const read = (headers: Record<string, string>) =>
      askRequired('/tasks', { headers: { ...cookieOnly(cookie), ...headers } });
    expect((await read({ 'Sec-Fetch-Site': 'none' })).status).toBe(200);
    const followed = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
    expect((await read(followed)).status).toBe(200);
    for (const headers of [
      { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'http://localhost:3001', 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' },
    ]) {
      expect(await refusalOf(await read(headers))).toEqual([403, 'forbidden_origin']);
    }
  });
});
