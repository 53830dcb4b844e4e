import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checksum, hasGoodChecksum } from '../../src/auth/secret.ts';
import { readBootstrapOptions } from '../../tools/bootstrap.ts';
import { newBootstrap } from '../../tools/dev/bootstrap-secret.ts';

const NOW = Date.UTC(2026, 10, 21);
const USER = 'usr_01kah4xzq0d3mfyvrs8npnbtqg';

test('the link has the secret in its fragment, the setting its hash and the end in 15 minutes', () => {
  for (let count = 0; count < 100; count++) {
    const { link, setting } = newBootstrap('https://sluice.example', { now: NOW });
    const [place, secret = ''] = link.split('#');
    expect(place).toBe('https://sluice.example/bootstrap');
    expect(hasGoodChecksum(secret, 'boot'), checksum(secret.slice(0, -6))).toBe(true);
    const hash = createHash('sha256').update(secret).digest('hex');
    expect(setting).toBe(`${NOW / 1_000 + 900}.${hash}`);
  }
});

test('one that is for a person names them', () => {
  expect(newBootstrap('http://localhost:3000', { now: NOW, userId: USER }).setting).toMatch(
    new RegExp(`^\\d+\\.[0-9a-f]{64}\\.${USER}$`),
  );
});

test('the origin is the one that is given, else that of the deployment, else this machine', () => {
  const env = { PUBLIC_ORIGIN: 'https://sluice.example' };
  expect(readBootstrapOptions(['--origin', 'https://a.test'], env).origin).toBe('https://a.test');
  expect(readBootstrapOptions([], env).origin).toBe('https://sluice.example');
  expect(readBootstrapOptions(['--recover', USER], {})).toEqual({
    origin: 'http://localhost:3000',
    userId: USER,
  });
  for (const args of [
    ['--origin', 'x'],
    ['--origin', 'https://a.test/b'],
    ['--recover', 'ada'],
  ]) {
    expect(() => readBootstrapOptions(args, {})).toThrow(/must be/);
  }
});
