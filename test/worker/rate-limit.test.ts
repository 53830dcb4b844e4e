// Rate limits as clients meet them: the headers of every answer, the refusal, and what a flood costs.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { ask, bearer, ORIGIN, refusalOf } from './ask.ts';
import { newClient } from './oauth-world.ts';
import { newMember } from './people.ts';
import { askWith, fieldsOf, meteredLimiter, newCredential, newIp, required } from './rate-world.ts';
import { newPerson, personToken } from './tokens.ts';
import { newProject, newTask } from './world.ts';

describe('the headers of the limit', () => {
  it('count down exactly, and agree on when the window ends', async () => {
    const { headers } = await newCredential();
    const remaining: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const answer = await askWith('/tasks', { headers });
      const [limit, left, reset, policy, state] = fieldsOf(answer);
      expect([limit, policy]).toEqual(['600', '"default";q=600;w=60']);
      remaining.push(String(left));
      const [, r, t] = /^"default";r=(\d+);t=(\d+)$/.exec(String(state)) ?? [];
      expect(r).toBe(left);
      const ends = Number(reset) - Date.now() / 1_000;
      expect(Math.abs(ends - Number(t))).toBeLessThan(2);
    }
    expect(remaining).toEqual(['599', '598', '597']);
  });

  it.each([
    ['GET', '/tasks/nope', 404],
    ['PATCH', '/tasks', 405],
    ['GET', '/health', 200],
    ['GET', '/openapi.json', 200],
    ['GET', '/tasks?limit=0', 400],
    ['HEAD', '/tasks', 200],
    ['OPTIONS', '/tasks', 204],
    ['GET', '/nowhere', 404],
  ])('stand on the answer to %s %s', async (method, path, status) => {
    const { headers } = await newCredential();
    const answer = await askWith(path, { method, headers });
    expect(answer.status).toBe(status);
    expect(fieldsOf(answer)).not.toContain(null);
  });

  it('stand on a 401 too, which counts against the network it comes from', async () => {
    const ip = newIp();
    const vars = required();
    const none = await askWith('/tasks', { vars, ip });
    expect([none.status, none.headers.get('RateLimit-Policy')]).toEqual([
      401,
      '"anonymous";q=600;w=60',
    ]);
    const bad = await askWith('/tasks', { vars, ip, headers: bearer('slc_pat_nope') });
    expect([bad.status, bad.headers.get('X-RateLimit-Remaining')]).toEqual([401, '598']);
  });

  it('are left out of redirects and preflights', async () => {
    const page = await askWith('/docs', { redirect: 'manual' });
    expect([page.status, ...fieldsOf(page)]).toEqual([307, null, null, null, null, null]);
    const preflight = await askWith('/tasks', {
      method: 'OPTIONS',
      headers: { Origin: 'http://localhost:5173', 'Access-Control-Request-Method': 'POST' },
    });
    expect([preflight.status, ...fieldsOf(preflight)]).toEqual([204, null, null, null, null, null]);
  });

  it.each([
    ['GET', '/v1/auth/authorize?client_id=https://app.example.com/client.json'],
    ['GET', '/v1/auth/consent?transaction=con_x'],
    ['GET', '/v1/auth/oidc/start'],
    ['GET', '/signin'],
    ['GET', '/device'],
    ['POST', '/signin/recovery'],
    ['POST', '/device'],
  ])('%s %s counts too, for it asks D1 or others, and is refused at once', async (method, path) => {
    const { calls, LIMITER } = meteredLimiter();
    const ip = newIp();
    const vars = required({ RATE_LIMIT_DEFAULT: '2', LIMITER });
    const asked = { vars, ip, method, redirect: 'manual' } as const;
    for (const n of [1, 2]) expect([n, (await askWith(path, asked)).status]).not.toEqual([n, 429]);
    for (const n of [3, 4, 5]) expect([n, (await askWith(path, asked)).status]).toEqual([n, 429]);
    expect(calls).toHaveLength(3);
  });

  it('stand on the opening of a socket', async () => {
    const taskId = await newTask();
    const opened = await askWith(`/stream/${taskId}`, { headers: { Upgrade: 'websocket' } });
    expect(opened.status).toBe(101);
    expect(opened.webSocket).not.toBeNull();
    expect(opened.headers.get('X-Request-ID')).toMatch(/^req_/);
    expect(fieldsOf(opened)).not.toContain(null);
    opened.webSocket?.accept();
    opened.webSocket?.close();
  });
});

describe('the doors of signing in', () => {
  const knock = (path: string, ip: string, json: unknown = {}) =>
    askWith(path, {
      vars: required(),
      ip,
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: ORIGIN },
      body: JSON.stringify(json),
    });

  it.each([
    ['/v1/auth/passkeys/options', 60, { purpose: 'signin' }],
    ['/v1/auth/passkeys/verify', 60, {}],
    ['/v1/auth/recovery', 10, { email: 'a@example.com', code: '0'.repeat(26) }],
    ['/v1/auth/bootstrap', 10, {}],
    ['/v1/invitations/accept', 10, {}],
  ])('%s is knocked at %d times a minute from one network', async (path, times, json) => {
    const ip = newIp();
    for (let n = 0; n < times; n += 1) expect((await knock(path, ip, json)).status).not.toBe(429);
    const refused = await knock(path, ip, json);
    expect(await refusalOf(refused)).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await knock(path, newIp(), json)).status).not.toBe(429);
  });

  it('options and verify are one door, recovery and bootstrap another', async () => {
    const ip = newIp();
    for (let n = 0; n < 10; n += 1) await knock('/v1/auth/recovery', ip);
    expect((await knock('/v1/auth/bootstrap', ip)).status).toBe(429);
    expect((await knock('/v1/auth/passkeys/options', ip)).status).not.toBe(429);
  });

  it('an eleventh report of leaked secrets is answered as the others, and not looked at', async () => {
    const ip = newIp();
    const path = '/v1/security/token-leaks';
    for (let n = 0; n < 10; n += 1) expect((await knock(path, ip, [])).status).toBe(202);
    const pat = await newMember(await newProject(), 'viewer');
    const leak = [{ token: pat.token }];
    for (let n = 0; n < 2; n += 1) {
      const late = await knock(path, ip, leak);
      expect([late.status, await late.json()]).toEqual([202, { ok: true }]);
    }
    const revoked = env.DB.prepare('SELECT revoked_at FROM pats WHERE id = ?').bind(pat.id);
    expect(await revoked.first('revoked_at')).toBeNull();
    expect((await knock(path, newIp(), leak)).status).toBe(202);
    expect(await revoked.first('revoked_at')).not.toBeNull();
  });
});

describe('who asks too often', () => {
  const few = { RATE_LIMIT_DEFAULT: '3' };

  it('is refused with what to do, until the window ends', async () => {
    const { headers } = await newCredential();
    for (let n = 0; n < 3; n += 1) {
      expect((await askWith('/tasks', { headers, vars: few })).status).toBe(200);
    }
    const refused = await askWith('/tasks', { headers, vars: few });
    expect(refused.status).toBe(429);
    const [, left, , , state] = fieldsOf(refused);
    expect(left).toBe('0');
    expect(refused.headers.get('Retry-After')).toBe(/t=(\d+)/.exec(String(state))?.[1]);
    expect(await refused.json()).toMatchObject({
      code: 'rate_limited',
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      'violated-policies': ['default'],
      hint: 'Respect the rate limit headers or enable adaptive backoff via the SDK.',
    });
  });

  it('writes nothing with a request that is refused', async () => {
    const projectId = await newProject();
    const template = { name: 'T', description: 'D', workflow: 'feature', projectId };
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify(template);
    // The owner of this machine has asked more often than that by now, or will have.
    const statuses = new Set<number>();
    for (let n = 0; n < 5; n += 1) {
      const made = await askWith('/templates', { method: 'POST', headers, body, vars: few });
      statuses.add(made.status);
    }
    expect(statuses).toContain(429);
    const listed = await ask(`/templates?projectId=${projectId}`);
    expect(await listed.json()).toMatchObject({ count: statuses.has(201) ? 3 : 0 });
  });

  it('costs the limiter no call after the first denial, however often it asks', async () => {
    const { headers, runner } = await newCredential();
    const { calls, LIMITER } = meteredLimiter();
    const vars = { ...few, LIMITER };
    const flood = 500;
    let refused = 0;
    for (let n = 0; n < flood; n += 1) {
      const answer = await askWith('/tasks', { headers, vars });
      await answer.body?.cancel();
      if (answer.status === 429) refused += 1;
    }
    expect(refused).toBe(flood - 3);
    expect(calls).toEqual(Array.from({ length: 4 }, () => runner.id));
  });

  it('does so for itself alone', async () => {
    const [one, two] = [await newCredential(), await newCredential()];
    for (let n = 0; n < 5; n += 1) await askWith('/tasks', { headers: one.headers, vars: few });
    expect((await askWith('/tasks', { headers: two.headers, vars: few })).status).toBe(200);
  });

  it('T23: gains nothing by a header that names another address', async () => {
    const ip = newIp();
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const headers = {
        'X-Forwarded-For': `192.0.${n}.1`,
        Forwarded: `for=192.0.${n}.1`,
        'X-Real-IP': `192.0.${n}.1`,
      };
      statuses.push((await askWith('/tasks', { vars: required(few), ip, headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('T23: gains nothing by another token of the same grant, or of the same service', async () => {
    const person = await newPerson({ [await newProject()]: 'developer' });
    const service = await newClient();
    const grant = newId('grt', Date.now());
    const bearers = {
      grant: () => personToken(person, Date.now(), { grt: grant }),
      service: () =>
        personToken(service.id, Date.now(), { ptype: 'service', client_id: service.id }),
    };
    for (const newToken of Object.values(bearers)) {
      const statuses: number[] = [];
      for (let n = 0; n < 5; n += 1) {
        const headers = bearer(await newToken());
        statuses.push((await askWith('/v1/me', { vars: required(few), headers })).status);
      }
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
    }
  });

  it('shares its limit with its network, and no other', async () => {
    const vars = required(few);
    for (let n = 0; n < 4; n += 1) await askWith('/tasks', { vars, ip: `203.0.113.${n}` });
    expect((await askWith('/tasks', { vars, ip: '203.0.113.99' })).status).toBe(429);
    expect((await askWith('/tasks', { vars, ip: '203.0.114.99' })).status).toBe(401);
  });
});
