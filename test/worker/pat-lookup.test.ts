import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { authenticate } from '../../src/auth/authenticate.ts';
import type { CredentialFacts } from '../../src/auth/credential-facts.ts';
import { forgetPats } from '../../src/auth/pat-lookup.ts';
import { revokePat } from '../../src/db/pats.ts';
import { newMember, newPat, newPerson, setRole } from './people.ts';
import { newProject } from './world.ts';

const who = async (token: string, facts: Partial<CredentialFacts> = {}) =>
  authenticate(env, {
    authorization: `Bearer ${token}`,
    host: 'localhost',
    nowMs: Date.now(),
    ...facts,
  });
const INVALID = { ok: false, refusal: { code: 'invalid_token' } };

describe('a personal access token', () => {
  it('is the person, cut to its scopes, projects and environments', async () => {
    const [first, second] = [await newProject(), await newProject()];
    const userId = await newPerson({ [first]: 'owner', [second]: 'viewer' });
    const pat = await newPat(userId, {
      scopes: ['tasks:read'],
      projectIds: [second],
      environments: ['staging'],
      ratePerMinute: 7,
    });
    expect(await who(pat.token)).toMatchObject({
      ok: true,
      value: {
        actor: {
          id: userId,
          name: 'Ada',
          kind: 'person',
          scopes: ['tasks:read'],
          projects: { [second]: 'viewer' },
          environments: ['staging'],
          defaultProjectId: second,
          open: false,
        },
        credential: { kind: 'pat', id: pat.id, ratePerMinute: 7, apiVersion: '2026-11-01' },
      },
    });
  });

  it('is kept 30 s in memory, and a dead one 5 s; what is sensitive asks D1', async () => {
    const now = Date.now();
    const pat = await newMember(await newProject(), 'viewer');
    expect((await who(pat.token, { nowMs: now })).ok).toBe(true);
    await revokePat(env.DB, pat.id, now).run();
    expect((await who(pat.token, { nowMs: now + 29_999 })).ok).toBe(true);
    expect(await who(pat.token, { nowMs: now + 30_000 })).toMatchObject(INVALID);
    await env.DB.prepare('UPDATE pats SET revoked_at = NULL WHERE id = ?').bind(pat.id).run();
    expect(await who(pat.token, { nowMs: now + 34_999 })).toMatchObject(INVALID);
    expect((await who(pat.token, { nowMs: now + 35_000 })).ok).toBe(true);
    await revokePat(env.DB, pat.id, now).run();
    expect(await who(pat.token, { nowMs: now + 35_001, fresh: true })).toMatchObject(INVALID);
  });

  it('is refused at once where the isolate itself has revoked it', async () => {
    const pat = await newMember(await newProject(), 'viewer');
    expect((await who(pat.token)).ok).toBe(true);
    await revokePat(env.DB, pat.id, Date.now()).run();
    forgetPats([pat.id]);
    expect(await who(pat.token)).toMatchObject(INVALID);
  });

  it('ends at its time, also while it is in memory', async () => {
    const now = Date.now();
    const pat = await newMember(await newProject(), 'viewer', { expiresAt: now + 1_000 });
    expect((await who(pat.token, { nowMs: now + 999 })).ok).toBe(true);
    expect(await who(pat.token, { nowMs: now + 1_000 })).toMatchObject(INVALID);
  });

  it('dies with the token that it was made by, and with its person', async () => {
    const parent = await newMember(await newProject(), 'viewer');
    const child = await newPat(parent.userId, { parentId: parent.id });
    const grandchild = await newPat(parent.userId, { parentId: child.id });
    await revokePat(env.DB, parent.id, Date.now()).run();
    for (const { token } of [parent, child, grandchild]) {
      expect(await who(token)).toMatchObject(INVALID);
    }
    const other = await newMember(await newProject(), 'owner');
    await env.DB.prepare('UPDATE users SET disabled_at = 1 WHERE id = ?').bind(other.userId).run();
    expect(await who(other.token)).toMatchObject(INVALID);
  });

  it('is for its networks only, and for none where no address is known', async () => {
    const pat = await newMember(await newProject(), 'viewer', {
      ipCidrs: ['203.0.113.0/24', '2001:db8::/32'],
    });
    const forbidden = { ok: false, refusal: { code: 'ip_forbidden' } };
    expect((await who(pat.token, { ip: '203.0.113.9' })).ok).toBe(true);
    expect((await who(pat.token, { ip: '2001:DB8::1' })).ok).toBe(true);
    expect(await who(pat.token, { ip: '203.0.114.9' })).toMatchObject(forbidden);
    expect(await who(pat.token)).toMatchObject(forbidden);
  });

  it('is weaker 30 s after its person was demoted, at once for what is sensitive', async () => {
    const projectId = await newProject();
    const pat = await newMember(projectId, 'owner');
    const now = Date.now();
    const role = async (nowMs: number, fresh = false) => {
      const found = await who(pat.token, { nowMs, fresh });
      return found.ok && found.value.actor.projects !== 'all'
        ? found.value.actor.projects[projectId]
        : null;
    };
    expect(await role(now)).toBe('owner');
    await setRole(pat.userId, projectId, 'viewer');
    expect(await role(now + 29_999)).toBe('owner');
    expect(await role(now + 30_000)).toBe('viewer');
    await setRole(pat.userId, projectId, 'developer');
    expect(await role(now + 30_001)).toBe('viewer');
    expect(await role(now + 30_001, true)).toBe('developer');
  });

  it('says every five minutes that it was used, and nobody waits for it', async () => {
    const pat = await newMember(await newProject(), 'viewer');
    const now = Date.now();
    const work: Promise<unknown>[] = [];
    const later = (one: Promise<unknown>): void => void work.push(one);
    const used = async () => {
      await Promise.all(work);
      const row = await env.DB.prepare('SELECT last_used_at AS at FROM pats WHERE id = ?')
        .bind(pat.id)
        .first<{ at: number }>();
      return row?.at;
    };
    await who(pat.token, { nowMs: now, later });
    expect(await used()).toBe(now);
    await who(pat.token, { nowMs: now + 299_999, later });
    expect(work).toHaveLength(1);
    await who(pat.token, { nowMs: now + 300_000, later });
    expect(await used()).toBe(now + 300_000);
  });

  it('costs no read with a wrong checksum, and is no verdict while D1 is away', async () => {
    const broken = { ...env, DB: undefined as unknown as D1Database };
    const facts = { host: 'localhost', nowMs: Date.now() };
    const wrong = { ...facts, authorization: `Bearer slc_pat_${'0'.repeat(36)}` };
    expect(await authenticate(broken, wrong)).toMatchObject(INVALID);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const pat = await newMember(await newProject(), 'viewer');
    await env.DB.exec('ALTER TABLE pats RENAME TO away');
    expect(await who(pat.token)).toMatchObject({ refusal: { code: 'unavailable' } });
    await env.DB.exec('ALTER TABLE away RENAME TO pats');
    expect((await who(pat.token)).ok).toBe(true);
    log.mockRestore();
  });

  it('of the local owner is good in open mode only', async () => {
    const pat = await newPat('usr_local');
    expect(await who(pat.token)).toMatchObject({ value: { actor: { projects: 'all' } } });
    const facts = { authorization: `Bearer ${pat.token}`, host: 'localhost', nowMs: Date.now() };
    const required = { ...env, AUTH_MODE: 'required' } as const;
    expect(await authenticate(required, facts)).toMatchObject(INVALID);
  });
});
