import { describe, expect, it } from 'vitest';
import { refusalOf } from './ask.ts';
import { askAs, newPerson, signInAs } from './signin-world.ts';

const SERVICE = { name: 'CI', kind: 'service', scopes: ['tasks:read'] };
const STALE = Date.now() - 301_000;

describe('a person who is signed in', () => {
  it('makes tokens, clients and secrets only within five minutes of proving who they are', async () => {
    const { id } = await newPerson();
    const fresh = await signInAs(id);
    const stale = await signInAs(id, {}, { authTime: STALE });
    const client = await askAs(fresh.cookie, '/v1/clients', { json: SERVICE });
    expect(client.status).toBe(201);
    const { id: clientId } = await client.json<{ id: string }>();
    const calls = [
      ['POST', '/v1/tokens', { name: 'x' }, 201],
      ['POST', '/v1/clients', SERVICE, 201],
      ['PATCH', `/v1/clients/${clientId}`, { name: 'y' }, 200],
      ['POST', `/v1/clients/${clientId}/secrets`, {}, 201],
    ] as const;
    for (const [method, path, json, status] of calls) {
      const late = await askAs(stale.cookie, path, { method, json });
      expect(late.headers.get('WWW-Authenticate')).toContain('max_age="300"');
      expect(await refusalOf(late)).toEqual([401, 'insufficient_user_authentication']);
      expect((await askAs(fresh.cookie, path, { method, json })).status).toBe(status);
    }
  });

  it('ends tokens and clients at any time', async () => {
    const { id } = await newPerson();
    const fresh = await signInAs(id);
    const stale = await signInAs(id, {}, { authTime: STALE });
    for (const [path, json] of [
      ['/v1/tokens', { name: 'x' }],
      ['/v1/clients', SERVICE],
    ] as const) {
      const made = await askAs(fresh.cookie, path, { json });
      const item = await made.json<{ id: string }>();
      const ended = await askAs(stale.cookie, `${path}/${item.id}`, { method: 'DELETE' });
      expect(ended.status).toBe(204);
    }
  });
});
