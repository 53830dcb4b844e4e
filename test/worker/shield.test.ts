// The shield at the edge: what one address and one principal may ask at all, whatever they show.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import { bearer } from './ask.ts';
import { newPat, newPerson } from './people.ts';
import { newProject } from './world.ts';

/** In place of the platform's, which counts too many to be reached here. */
function shieldOf(limit: number): RateLimit & { readonly keys: string[] } {
  const keys: string[] = [];
  const count = (key: string) => keys.filter((other) => other === key).length;
  return {
    keys,
    limit: async ({ key = '' }) => {
      keys.push(key);
      return { success: count(key) <= limit };
    },
  };
}

/** Calls of limiter objects. */
function countedLimiter() {
  const names: string[] = [];
  const getByName = (name: string) => {
    names.push(name);
    return env.LIMITER.getByName(name);
  };
  return { names, LIMITER: { getByName } as unknown as Env['LIMITER'] };
}

interface Asked {
  readonly host?: string;
  readonly ip?: string;
  readonly headers?: HeadersInit;
  readonly bindings: Readonly<Record<string, unknown>>;
}

async function askOver({ host = 'sluice.test', ip, headers, bindings }: Asked) {
  const all = new Headers(headers);
  all.set('Host', host);
  if (ip !== undefined) all.set('CF-Connecting-IP', ip);
  const settings = { ...env, AUTH_MODE: 'required', ...bindings } as Env;
  const request = new Request(`https://${host}/v1/me`, { headers: all });
  const answer = await app.fetch(request, settings, createExecutionContext());
  const body: { 'violated-policies'?: string[] } = await answer.json();
  return { status: answer.status, violated: body['violated-policies'], headers: answer.headers };
}

describe('T23: the shield', () => {
  it('fifty tokens of one person share it, and it spares the limiter', async () => {
    const person = await newPerson({ [await newProject()]: 'developer' });
    const other = await newPat(await newPerson());
    const tokens = await Promise.all(Array.from({ length: 50 }, () => newPat(person)));
    const { names, LIMITER } = countedLimiter();
    const bindings = { SHIELD_PRINCIPAL: shieldOf(100), LIMITER };
    const statuses: number[] = [];
    for (const { token } of [...tokens, ...tokens, ...tokens]) {
      statuses.push((await askOver({ headers: bearer(token), bindings })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.slice(100)).toEqual(Array.from({ length: 50 }, () => 429));
    expect(names).toHaveLength(100);
    expect((await askOver({ headers: bearer(other.token), bindings })).status).toBe(200);
  });

  it('an address meets it before anybody is looked up, by no header of its own', async () => {
    const shield = shieldOf(2);
    const { names, LIMITER } = countedLimiter();
    const bindings = { SHIELD_ADDRESS: shield, LIMITER };
    const { token } = await newPat(await newPerson());
    for (const n of [1, 2]) {
      const headers = { ...bearer(token), 'X-Forwarded-For': `192.0.2.${n}` };
      expect((await askOver({ ip: '198.51.100.7', headers, bindings })).status).toBe(200);
    }
    const denied = await askOver({ ip: '198.51.100.7', headers: bearer('slc_pat_x'), bindings });
    expect(denied).toMatchObject({ status: 429, violated: ['address'] });
    expect(denied.headers.get('RateLimit')).toBe('"address";r=0;t=60');
    expect(denied.headers.get('Retry-After')).toBe('60');
    expect(names).toHaveLength(2);
    const neighbour = { ip: '198.51.100.8', headers: bearer(token), bindings };
    expect((await askOver(neighbour)).status).toBe(200);
  });

  it('a network of version 6 is one address', async () => {
    const shield = shieldOf(1);
    const bindings = { SHIELD_ADDRESS: shield };
    expect((await askOver({ ip: '2001:db8:7::1', bindings })).status).toBe(401);
    expect((await askOver({ ip: '2001:db8:7:9::2', bindings })).status).toBe(429);
  });

  it('is off on loopback, and where there is none', async () => {
    const { token } = await newPat(await newPerson());
    const none = { SHIELD_ADDRESS: shieldOf(0), SHIELD_PRINCIPAL: shieldOf(0) };
    const local = { host: 'localhost', ip: '127.0.0.1', headers: bearer(token), bindings: none };
    expect((await askOver(local)).status).toBe(200);
    const absent = { SHIELD_ADDRESS: undefined, SHIELD_PRINCIPAL: undefined };
    const bare = { ip: '198.51.100.9', headers: bearer(token), bindings: absent };
    expect((await askOver(bare)).status).toBe(200);
  });

  it('in trouble it keeps nobody out', async () => {
    const { token } = await newPat(await newPerson());
    const broken = { limit: () => Promise.reject(new Error('away')) };
    const bindings = { SHIELD_ADDRESS: broken, SHIELD_PRINCIPAL: broken };
    const asked = { ip: '198.51.100.10', headers: bearer(token), bindings };
    expect((await askOver(asked)).status).toBe(200);
  });

  it('is bound, also on a laptop', async () => {
    expect(await env.SHIELD_ADDRESS.limit({ key: 'test' })).toEqual({ success: true });
    expect(await env.SHIELD_PRINCIPAL.limit({ key: 'test' })).toEqual({ success: true });
  });
});
