import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { mintAgentToken, verifyAgentToken } from '../../src/auth/agent-token.ts';
import { deriveKey } from '../../src/auth/keys.ts';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import { NOW, whoIs, work } from './credentials.ts';

describe('tokens of agents', () => {
  it('say which task, attempt and epoch they are for', async () => {
    const { token, expiresAt } = await mintAgentToken(env, work, NOW);
    expect(expiresAt).toBe(new Date(NOW + 600_000).toISOString());
    expect(await verifyAgentToken(env, token, NOW)).toMatchObject({
      taskId: work.taskId,
      attempt: 2,
      epoch: 7,
      projectId: LOCAL_PROJECT_ID,
      initiator: 'usr_local',
    });
    expect(await whoIs(token)).toMatchObject({
      ok: true,
      value: { kind: 'agent', task: { id: work.taskId, attempt: 2, epoch: 7 }, open: false },
    });
  });

  it('of one attempt name one agent', async () => {
    const [first, renewed, retried] = await Promise.all([
      mintAgentToken(env, work, NOW),
      mintAgentToken(env, work, NOW + 300_000),
      mintAgentToken(env, { ...work, attempt: 3 }, NOW),
    ]);
    const ids = await Promise.all(
      [first, renewed, retried].map(async ({ token }) => verifyAgentToken(env, token, NOW)),
    );
    expect(ids[0]?.agentId).toMatch(/^agt_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(ids[1]?.agentId).toBe(ids[0]?.agentId);
    expect(ids[2]?.agentId).not.toBe(ids[0]?.agentId);
  });

  it('end after ten minutes and fit no other deployment', async () => {
    const { token } = await mintAgentToken(env, work, NOW);
    expect(await verifyAgentToken(env, token, NOW + 606_000)).toBe(null);
    const elsewhere = { ...env, PUBLIC_ORIGIN: 'https://other.test' };
    expect(await verifyAgentToken(elsewhere, token, NOW)).toBe(null);
    const otherKey = { ...env, ROOT_KEY: btoa('another-root-key-of-32-bytes-000') };
    expect(await verifyAgentToken(otherKey, token, NOW)).toBe(null);
  });

  it('T6: another algorithm or type is refused, though the signature is good', async () => {
    const key = await deriveKey(env, 'agent-token');
    const payload = { ptype: 'agent', tsk: work.taskId, att: 2, epo: 7, prj: 'p', ini: 'u' };
    const signed = (typ: string) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'HS256', typ })
        .setIssuer('urn:sluice:local')
        .setAudience('urn:sluice:local')
        .setSubject('agt_x')
        .setJti('jti_x')
        .setIssuedAt(NOW / 1000)
        .setExpirationTime(NOW / 1000 + 60)
        .sign(key);
    expect(await verifyAgentToken(env, await signed('at+jwt'), NOW)).not.toBe(null);
    expect(await verifyAgentToken(env, await signed('JWT'), NOW)).toBe(null);
    const parts = (await signed('at+jwt')).split('.');
    const none = btoa('{"alg":"none","typ":"at+jwt"}').replace(/=+$/, '');
    for (const token of [`${none}.${parts[1]}.`, `${none}.${parts[1]}.${parts[2]}`]) {
      expect(await verifyAgentToken(env, token, NOW)).toBe(null);
    }
  });

  it('T6: 10,000 mutated tokens are never accepted', async () => {
    const { token } = await mintAgentToken(env, work, NOW);
    const character = fc.constantFrom(...'AZaz09-_.=+/ ~');
    const mutation = fc.record({
      kind: fc.constantFrom('replace', 'insert', 'delete', 'append', 'dots'),
      place: fc.nat(token.length - 1),
      character,
    });
    const mutate = ({
      kind,
      place,
      character: added,
    }: { [K in 'kind' | 'character']: string } & { place: number }) => {
      const [before, after] = [token.slice(0, place), token.slice(place)];
      if (kind === 'replace') return before + added + after.slice(1);
      if (kind === 'insert') return before + added + after;
      if (kind === 'delete') return before + after.slice(1);
      return kind === 'append' ? token + added : `${token}..`;
    };
    const law = fc.asyncProperty(mutation, async (change) => {
      const mutated = mutate(change);
      if (mutated === token) return;
      expect(await verifyAgentToken(env, mutated, NOW)).toBe(null);
    });
    await fc.assert(law, { numRuns: 10_000 });
  });
});
