// How soon a revoked token is refused where somebody else has revoked it: the clock is an argument.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { authenticate } from '../../src/auth/authenticate.ts';
import { revoke, revokeAfter } from '../../src/auth/revocations.ts';
import { ORIGIN } from './ask.ts';
import { newPerson, personToken } from './tokens.ts';

/** Each test at a time of its own, for this isolate remembers when it has last looked. */
let clock = Date.now();
const later = () => {
  clock += 3_600_000;
  return clock;
};

const at = (token: string, nowMs: number, fresh = false) =>
  authenticate(env, {
    authorization: `Bearer ${token}`,
    host: undefined,
    url: `${ORIGIN}/tasks`,
    nowMs,
    fresh,
  });
const REFUSED = { ok: false, refusal: { code: 'invalid_token' } };

describe('a token that another isolate has revoked', () => {
  it('is refused after fifteen seconds, and at once where it must not be old', async () => {
    const now = later();
    const token = await personToken(await newPerson(), now, { jti: `jti_${now}` });
    expect(await at(token, now)).toMatchObject({ ok: true });
    await revoke(env.DB, { kind: 'jti', subject: `jti_${now}` }, now + 1_000).run();
    expect(await at(token, now + 14_000)).toMatchObject({ ok: true });
    expect(await at(token, now + 16_000)).toMatchObject(REFUSED);
    const other = await personToken(await newPerson(), now + 16_000, { jti: `jti_${now}_2` });
    expect(await at(other, now + 17_000)).toMatchObject({ ok: true });
    await revoke(env.DB, { kind: 'jti', subject: `jti_${now}_2` }, now + 17_000).run();
    expect(await at(other, now + 17_000, true)).toMatchObject(REFUSED);
  });

  it('is refused though it says that it was issued after its grant had ended', async () => {
    const now = later();
    await revoke(env.DB, { kind: 'grant', subject: `grt_${now}` }, now - 1).run();
    await revoke(env.DB, { kind: 'client', subject: 'cli_again' }, now - 1).run();
    const [of, client] = [await newPerson(), { client_id: 'cli_again' }];
    const late = await personToken(of, now + 1_000, { ...client, grt: `grt_${now}` });
    expect(await at(late, now + 2_000, true)).toMatchObject(REFUSED);
    // A client that was told to prove itself anew has done so by then.
    const anew = await personToken(of, now + 1_000, { ...client, grt: `grt_${now}_2` });
    expect(await at(anew, now + 2_000, true)).toMatchObject({ ok: true });
  });

  it('is not in the set where what it was revoked with has changed nothing', async () => {
    const now = later();
    const token = await personToken(await newPerson(), now, { grt: `grt_${now}` });
    await env.DB.batch([
      env.DB.prepare("UPDATE grants SET revoked_at = 1 WHERE id = 'grt_nowhere'"),
      revokeAfter(env.DB, { kind: 'grant', subject: `grt_${now}` }, now),
    ]);
    expect(await at(token, now, true)).toMatchObject({ ok: true });
  });

  it('T2: while D1 is away nobody is believed by a set that is too old', async () => {
    const now = later();
    const token = await personToken(await newPerson(), now);
    expect(await at(token, now)).toMatchObject({ ok: true });
    await env.DB.prepare('ALTER TABLE revocations RENAME TO away').run();
    expect(await at(token, now + 10_000)).toMatchObject({ ok: true });
    const refused = { ok: false, refusal: { code: 'unavailable' } };
    expect(await at(token, now + 20_000)).toMatchObject(refused);
    await env.DB.prepare('ALTER TABLE away RENAME TO revocations').run();
    expect(await at(token, now + 30_000)).toMatchObject({ ok: true });
  });
});
