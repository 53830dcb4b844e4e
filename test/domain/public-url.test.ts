import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertPublicUrl } from '../../src/contract/public-url.ts';
import { HOSTILE } from '../vectors/hostile-urls.ts';

const deployed = { PUBLIC_ORIGIN: 'https://sluice.acme.com' };
const laptop = { PUBLIC_ORIGIN: 'http://localhost:3000', ALLOW_LOOPBACK_TARGETS: '1' };
const isAllowed = (url: string, env: object = deployed) => assertPublicUrl(env, url).ok;

describe('a URL that the server shall call', () => {
  it('there are enough hostile ones', () => {
    expect(new Set(HOSTILE).size).toBeGreaterThanOrEqual(60);
  });

  it.each(HOSTILE)('%j is not called', (url) => {
    const answer = assertPublicUrl(deployed, url);
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'url_not_allowed' } });
  });

  it.each([
    'https://example.com',
    'https://example.com/',
    'https://example.com./hook',
    'https://EXAMPLE.com/hook',
    'https://hooks.example.co.uk:443/a?b=c#d',
    'https://hooks.example.com:8443/',
    'https://xn--exmple-cua.com/',
    'https://a-b.example.xn--p1ai/',
    'https://127.0.0.1.nip.io/',
    'https://localhost.evil.com/',
    'https://acme.com/',
    'https://other.acme.com/',
    'https://notworkers.dev/',
    'https://example.com/%40@',
  ])('%j is', (url) => {
    expect(isAllowed(url)).toBe(true);
  });

  it('on a laptop loopback may be called by http, at any port, by its three names only', () => {
    for (const url of ['http://localhost:4000/x', 'http://127.0.0.1/', 'http://[::1]:1/']) {
      expect(isAllowed(url, laptop)).toBe(true);
    }
    for (const url of [
      'http://127.0.0.2:4000/',
      'http://0.0.0.0:4000/',
      'http://[::ffff:127.0.0.1]:4000/',
      'http://localhost.evil.com:4000/',
      'http://localhost.:4000/',
      'http://192.168.1.1/',
      'http://user@localhost:4000/',
      'https://localhost:4000/',
    ]) {
      expect(isAllowed(url, laptop)).toBe(false);
    }
  });

  it('the permission of a laptop does not count in a deployment, nor any other word for it', () => {
    const url = 'http://127.0.0.1:4000/';
    for (const env of [
      { ...laptop, PUBLIC_ORIGIN: 'https://sluice.acme.com' },
      { ...laptop, PUBLIC_ORIGIN: 'http://localhost.evil.com' },
      { ...laptop, PUBLIC_ORIGIN: 'nonsense' },
      { ALLOW_LOOPBACK_TARGETS: '1' },
      { ...laptop, ALLOW_LOOPBACK_TARGETS: 'true' },
    ]) {
      expect(isAllowed(url, env)).toBe(false);
    }
  });

  it('law: what is allowed is https to a name with a dot, without a person, at one of two ports', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'https://',
        'http://',
        '@',
        ':',
        '.',
        '/',
        '\\',
        '127.0.0.1',
        'localhost',
        '[::1]',
      ),
      fc.constantFrom(
        '0x7f',
        '2130706433',
        'example',
        'com',
        'internal',
        '443',
        '8443',
        '%31',
        '１',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const answer = assertPublicUrl(deployed, `https://${parts.join('')}`);
        if (!answer.ok) return;
        const { protocol, hostname, username, password, port } = answer.value;
        expect([protocol, username + password]).toEqual(['https:', '']);
        expect(['', '443', '8443']).toContain(port);
        expect(hostname).toMatch(/^[^[\]]+\.(?=.*[a-z])[a-z0-9-]{2,}\.?$/);
        expect(hostname).not.toMatch(/(^|\.)(localhost|internal)\.?$/);
      }),
      { numRuns: 5_000 },
    );
  });
});
