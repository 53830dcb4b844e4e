import { env } from 'cloudflare:workers';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { authenticate } from '../../src/auth/authenticate.ts';
import { keyRing } from '../../src/auth/signing-keys.ts';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import { NOW, whoIs, work } from './credentials.ts';
import { agentToken, claimsOf, personToken } from './tokens.ts';

describe('tokens of agents', () => {
  it('say which task, attempt and epoch they are for', async () => {
    const { token, expiresAt } = await agentToken(work, NOW);
    expect(expiresAt).toBe(new Date(NOW + 600_000).toISOString());
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeJwt(token)).toMatchObject({
      ptype: 'agent',
      tsk: work.taskId,
      att: 2,
      epo: 7,
      prj: [LOCAL_PROJECT_ID],
      ini: 'usr_local',
      act: { sub: work.runnerId },
    });
    expect(await whoIs(token)).toMatchObject({
      ok: true,
      value: {
        actor: {
          kind: 'agent',
          scopes: ['tasks:read', 'tasks:run'],
          task: { id: work.taskId, attempt: 2, epoch: 7 },
          open: false,
        },
        credential: { kind: 'agent' },
      },
    });
  });

  it('of one attempt name one agent', async () => {
    const [first, renewed, retried] = await Promise.all([
      agentToken(work, NOW),
      agentToken(work, NOW + 300_000),
      agentToken({ ...work, attempt: 3 }, NOW),
    ]);
    const [id, again, other] = [first, renewed, retried].map(({ token }) => decodeJwt(token).sub);
    expect(id).toMatch(/^agt_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(again).toBe(id);
    expect(other).not.toBe(id);
  });

  it('end after ten minutes and fit no other deployment', async () => {
    const { token } = await agentToken(work, NOW);
    expect(await whoIs(token, NOW + 604_000)).toMatchObject({ ok: true });
    expect(await whoIs(token, NOW + 606_000)).toMatchObject({ ok: false });
    const elsewhere = { ...env, PUBLIC_ORIGIN: 'https://other.test' };
    const facts = { authorization: `Bearer ${token}`, host: 'localhost', nowMs: NOW };
    expect(await authenticate(elsewhere, facts)).toMatchObject({ ok: false });
  });

  it('T5: the local issuer is believed of agents alone', async () => {
    const local = { iss: 'urn:sluice:local', aud: 'urn:sluice:local' };
    expect(await whoIs(await personToken('usr_local', NOW, local))).toMatchObject({ ok: false });
    const { tsk: _none, ...bare } = { ...claimsOf('agt_x', NOW, local), tsk: undefined };
    const nameless = await personToken('agt_x', NOW, { ...bare, ptype: 'agent' });
    expect(await whoIs(nameless)).toMatchObject({ ok: false });
  });

  it('while D1 is away a key that is known goes on', async () => {
    const { token } = await agentToken(work, NOW);
    expect(await whoIs(token)).toMatchObject({ ok: true });
    for (const table of ['signing_keys', 'revocations']) {
      await env.DB.prepare(`ALTER TABLE ${table} RENAME TO ${table}_away`).run();
    }
    expect(await whoIs(token, NOW + 300_000)).toMatchObject({ ok: true });
    const renewed = await agentToken(work, NOW + 300_000);
    expect(await whoIs(renewed.token, NOW + 400_000)).toMatchObject({ ok: true });
    for (const table of ['signing_keys', 'revocations']) {
      await env.DB.prepare(`ALTER TABLE ${table}_away RENAME TO ${table}`).run();
    }
    expect(await keyRing(env, NOW + 900_000)).not.toBe(null);
  });
});
