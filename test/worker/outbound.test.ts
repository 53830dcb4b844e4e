import { describe, expect, it } from 'vitest';
import { fetchPublic } from '../../src/auth/outbound.ts';
import { HOSTILE } from '../vectors/hostile-urls.ts';
import { publish, visitsTo } from './internet.ts';

const env = { PUBLIC_ORIGIN: 'https://sluice.acme.com' };
const laptop = { PUBLIC_ORIGIN: 'http://localhost:3000', ALLOW_LOOPBACK_TARGETS: '1' };
const LIMITS = { maxBytes: 5_120, timeoutMs: 500 };
const REFUSED = { ok: false, refusal: { code: 'url_not_allowed' } };

describe('what the server fetches by itself', () => {
  it('nothing leaves for any of the hostile URLs', async () => {
    const before = await visitsTo('');
    for (const url of HOSTILE) expect(await fetchPublic(env, url, LIMITS)).toMatchObject(REFUSED);
    expect(await visitsTo('')).toHaveLength(before.length);
  });

  it('a public document is read, without a cookie or a header of anybody else', async () => {
    const url = 'https://documents.example.com/good';
    await publish(url, { body: 'hello', headers: { 'x-a': 'b' } });
    const limits = { ...LIMITS, headers: { Accept: 'application/json' } };
    const answer = await fetchPublic(env, url, limits);
    expect(answer).toMatchObject({ ok: true, value: { status: 200, text: 'hello' } });
    const [visit] = await visitsTo(url);
    expect(visit?.headers['accept']).toBe('application/json');
    const names = Object.keys(visit?.headers ?? {});
    expect(names.filter((name) => /cookie|authorization|referer|origin/.test(name))).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])(
    'a redirect by %i is a failure and not followed',
    async (status) => {
      const url = `https://documents.example.com/moved/${status}`;
      const target = `https://target.example.com/${status}`;
      await publish(url, { status, headers: { Location: target } });
      await publish(target, { body: 'secret' });
      expect(await fetchPublic(env, url, LIMITS)).toMatchObject(REFUSED);
      expect(await visitsTo(target)).toEqual([]);
    },
  );

  it('a body may have as many bytes as allowed, and not one more', async () => {
    const url = 'https://documents.example.com/size';
    await publish(url, { body: 'x'.repeat(5_120) });
    expect(await fetchPublic(env, url, LIMITS)).toMatchObject({ ok: true });
    await publish(url, { body: 'x'.repeat(5_121) });
    expect(await fetchPublic(env, url, LIMITS)).toMatchObject(REFUSED);
    await publish(url, { body: 'ä'.repeat(2_561) });
    expect(await fetchPublic(env, url, LIMITS)).toMatchObject(REFUSED);
  });

  it('a body without an end is left alone', async () => {
    const url = 'https://documents.example.com/endless';
    await publish(url, { endless: true });
    expect(await fetchPublic(env, url, LIMITS)).toMatchObject(REFUSED);
  });

  it('who says nothing is not waited for', async () => {
    const url = 'https://documents.example.com/silent';
    await publish(url, { silent: true });
    expect(await fetchPublic(env, url, LIMITS)).toMatchObject(REFUSED);
  });

  it('a status that is no success is told as it is', async () => {
    const url = 'https://documents.example.com/gone';
    await publish(url, { status: 410, body: 'gone' });
    expect(await fetchPublic(env, url, LIMITS)).toMatchObject({ ok: true, value: { status: 410 } });
  });

  it('loopback is called while a laptop allows it, and never for a deployment', async () => {
    const url = 'http://127.0.0.1:4000/document';
    await publish(url, { body: 'mine' });
    expect(await fetchPublic(laptop, url, LIMITS)).toMatchObject({ value: { text: 'mine' } });
    const visits = (await visitsTo(url)).length;
    const elsewhere = { ...laptop, PUBLIC_ORIGIN: env.PUBLIC_ORIGIN };
    expect(await fetchPublic(elsewhere, url, LIMITS)).toMatchObject(REFUSED);
    expect(await visitsTo(url)).toHaveLength(visits);
  });
});
