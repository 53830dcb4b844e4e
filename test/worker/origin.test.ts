import { describe, expect, it } from 'vitest';
import { checkOrigin, isLoopbackHost, isLoopbackOrigin } from '../../src/auth/origin.ts';
import { ask, askRequired, refusalOf } from './ask.ts';

const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
});

describe('web pages and the local server', () => {
  it('a page of this machine may ask', async () => {
    const origin = 'http://localhost:3001';
    const answer = await ask('/health', preflight(origin));
    expect(answer.status).toBe(204);
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(answer.headers.get('X-Request-ID')).toMatch(/^req_/);
    const get = await ask('/health', { headers: { Origin: origin } });
    expect(get.headers.get('Access-Control-Allow-Origin')).toBe(origin);
  });

  it('T17: a foreign page is refused, by Origin and by Sec-Fetch-Site, also at the preflight', async () => {
    const foreign = { Origin: 'https://evil.test' };
    const json = { description: 'x' };
    for (const answer of [
      await ask('/tasks', { json, headers: foreign }),
      await ask('/health', { headers: foreign }),
      await ask('/health', preflight('https://evil.test')),
      await ask('/tasks', { headers: { 'Sec-Fetch-Site': 'cross-site' } }),
    ]) {
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(null);
      expect(await refusalOf(answer)).toEqual([403, 'forbidden_origin']);
    }
  });

  it('T17: a foreign Host is refused: the name was rebound to this machine', async () => {
    const answer = await ask('/tasks', { headers: { Host: 'evil.test' } });
    expect(await refusalOf(answer)).toEqual([403, 'forbidden_host']);
  });

  it.each(['localhost', 'localhost:3000', '127.0.0.1:8787', '[::1]:3000', 'LOCALHOST'])(
    '%s is this machine',
    (host) => expect(isLoopbackHost(host)).toBe(true),
  );

  it.each(['evil.test', 'localhost.evil.test', '127.0.0.1.nip.io', 'localhost:3000@evil.test', ''])(
    '"%s" is not this machine',
    (host) => expect(isLoopbackHost(host)).toBe(false),
  );

  it.each(['null', 'https://evil.test', 'http://localhost@evil.test', 'file://localhost', ''])(
    'the origin "%s" is foreign',
    (origin) => expect(isLoopbackOrigin(origin)).toBe(false),
  );

  it('a credential stands for itself under any Host, but not for a foreign page', () => {
    const facts = { host: 'host.docker.internal:3000', fetchSite: undefined, hasCredential: true };
    expect(checkOrigin({ ...facts, origin: undefined }).ok).toBe(true);
    expect(checkOrigin({ ...facts, origin: 'https://evil.test' }).ok).toBe(false);
  });

  it('required mode answers any page, never with cookies', async () => {
    const answer = await askRequired('/health', { headers: { Origin: 'https://app.test' } });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(answer.headers.get('Access-Control-Allow-Credentials')).toBe(null);
  });
});
