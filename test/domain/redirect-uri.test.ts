import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRedirectUri,
  formActionOf,
  isLoopbackRedirect,
  matchesRedirectUri,
} from '../../src/contract/redirect-uri.ts';

describe('a redirect URI that shall be registered', () => {
  it.each([
    ['web', 'https://app.example.com/callback'],
    ['web', 'https://app.example.com:8080/callback?tenant=1'],
    ['native', 'http://127.0.0.1/callback'],
    ['native', 'http://127.0.0.1:8080/callback'],
    ['native', 'http://[::1]:8080/callback'],
    ['native', 'http://localhost/callback'],
    ['native', 'com.example.app:/callback'],
    ['native', 'com.example.app://callback'],
    ['metadata', 'http://localhost:3000/callback'],
    ['metadata', 'https://app.example.com/callback'],
  ] as const)('%s: %s is good', (kind, uri) => {
    expect(checkRedirectUri(uri, kind)).toBeNull();
  });

  it.each([
    ['web', 'http://127.0.0.1/callback'],
    ['web', 'http://app.example.com/callback'],
    ['web', 'com.example.app:/callback'],
    ['metadata', 'com.example.app:/callback'],
    ['native', 'myapp:/callback'],
    ['native', 'myapp://callback'],
    ['native', 'Com.Example.App:/callback'],
    ['native', 'javascript:alert(1)'],
    ['native', 'data:text/html,x'],
    ['native', 'file:///etc/passwd'],
    ['native', 'view-source:https://a.com'],
    ['native', 'http://192.168.1.2/callback'],
    ['native', 'http://localhost.evil.test/callback'],
    ['native', 'http://127.0.0.1.evil.test/callback'],
    ['native', 'http://localhost@evil.test/callback'],
    ['native', 'http://127.0.0.1:99999/callback'],
    ['native', 'http://127.1/callback'],
    ['web', 'https://user@app.example.com/callback'],
    ['web', 'https://@app.example.com/callback'],
    ['web', 'https://app.example.com/callback#fragment'],
    ['web', 'https://app.example.com/callback#'],
    ['web', 'https://*.example.com/callback'],
    ['web', 'https://app.example.com;sandbox/callback'],
    ['native', 'https://a,b.example.com/callback'],
    ['web', 'https://APP.example.com/callback'],
    ['web', 'https:\\\\app.example.com'],
    ['web', 'https://app.example.com/a b'],
    ['web', 'https://app.example.com/\r\nLocation: x'],
    ['web', '/callback'],
    ['web', ''],
    ['web', `https://app.example.com/${'a'.repeat(2_048)}`],
  ] as const)('%s: %j is refused in a sentence', (kind, uri) => {
    expect(checkRedirectUri(uri, kind)).toMatch(/^[A-Zh].+\.$/);
  });
});

describe('a redirect URI that is asked for', () => {
  const registered = [
    'https://app.example.com/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:4000/callback?x=1',
    'http://localhost/callback',
    'com.example.app:/callback',
  ];

  it.each([
    ...registered,
    'http://127.0.0.1:51004/callback',
    'http://[::1]:51004/callback?x=1',
    'http://[::1]/callback?x=1',
    'http://localhost:51004/callback',
  ])('%s is that of the client', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(true);
  });

  it.each([
    'https://evil.example.com/callback',
    'https://app.example.com/callback?extra=1',
    'https://app.example.com/callback/',
    'https://app.example.com/Callback',
    'https://app.example.com/callback#fragment',
    'https://app.example.com/callback/../callback',
    'https://app.example.com:443/callback',
    'https://app.example.com:8443/callback',
    'https://APP.example.com/callback',
    'http://app.example.com/callback',
    'https://user@app.example.com/callback',
    'http://127.0.0.1:51004/callback?extra=1',
    'http://127.0.0.1:51004/callback#fragment',
    'http://127.0.0.1:51004/callback/',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:80@evil.test/callback',
    'http://user@127.0.0.1:51004/callback',
    'http://127.0.0.2:51004/callback',
    'http://localhost.evil.test/callback',
    'http://localhost:51004.evil.test/callback',
    'https://127.0.0.1:51004/callback',
    'com.example.app:/other',
    '',
  ])('%j is not', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(false);
  });

  it('law: off loopback only the same string is the same', () => {
    const uri = fc.constantFrom(...registered.filter((one) => !isLoopbackRedirect(one)));
    fc.assert(
      fc.property(uri, fc.string({ minLength: 1, maxLength: 5 }), fc.nat(40), (one, text, at) => {
        const changed = one.slice(0, at) + text + one.slice(at);
        expect(matchesRedirectUri([one], changed)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('law: on loopback the port alone is free', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), (port) => {
        const uri = `http://127.0.0.1:${port}/callback`;
        expect(matchesRedirectUri(registered, uri)).toBe(port <= 65_535);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a page names where its form returns to', () => {
    expect(formActionOf('https://app.example.com:8080/a?b')).toBe('https://app.example.com:8080');
    expect(formActionOf('http://127.0.0.1:5000/a')).toBe('http://127.0.0.1:5000');
    expect(formActionOf('http://[::1]:5000/a')).toBe('http:');
    expect(formActionOf('com.example.app:/a')).toBe('com.example.app:');
  });
});
