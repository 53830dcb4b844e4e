import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { NewToken } from '../../src/contract/token.ts';
import { ask, askRequired, bearer, refusalOf } from './ask.ts';
import { newRunner } from './credentials.ts';
import { newMember, newPat, newPerson } from './people.ts';
import { newProject } from './world.ts';

const make = (token: string, json: unknown, headers: Record<string, string> = {}) =>
  askRequired('/v1/tokens', { json, headers: { ...bearer(token), ...headers } });
const made = async (token: string, json: unknown = {}): Promise<NewToken> => {
  const answer = await make(token, { name: 'CI', ...(json as object) });
  expect(answer.status).toBe(201);
  return answer.json();
};
const remove = (token: string, id: string) =>
  askRequired(`/v1/tokens/${id}`, { method: 'DELETE', headers: bearer(token) });

describe('making a token', () => {
  it('shows it once, with the default scopes, for 90 days', async () => {
    const person = await newMember(await newProject(), 'developer');
    const answer = await make(person.token, { name: ' CI ' });
    expect(answer.status).toBe(201);
    const body: NewToken = await answer.json();
    expect(body).toEqual({
      id: expect.stringMatching(/^tok_[0-9a-z]{26}$/),
      name: 'CI',
      scopes: [
        'projects:read',
        'deployments:read',
        'incidents:read',
        'members:read',
        'metrics:read',
        'tasks:read',
        'tasks:write',
      ],
      projectIds: null,
      environments: null,
      expiresAt: expect.any(String),
      ipCidrs: null,
      rateLimitPerMinute: null,
      hint: expect.stringMatching(/^slc_pat_\w{4}….{4}$/),
      parentId: person.id,
      createdVia: 'pat',
      createdAt: expect.any(String),
      lastUsedAt: null,
      revokedAt: null,
      token: expect.stringMatching(/^slc_pat_[0-9A-Za-z]{36}$/),
    });
    const rows = await env.DB.prepare('SELECT * FROM pats').all();
    expect(JSON.stringify(rows.results)).not.toContain(body.token);
    const audit = await env.DB.prepare('SELECT * FROM audit WHERE target_id = ?')
      .bind(body.id)
      .all();
    expect(audit.results).toHaveLength(1);
    expect(JSON.stringify(audit.results)).not.toContain(body.token);
  });

  it('is open to the local owner and to people, closed to runners', async () => {
    const own = await ask('/v1/tokens', { json: { name: 'mine', expiresInDays: 366 } });
    const body: NewToken = await own.json();
    expect(body).toMatchObject({ parentId: null, createdVia: 'open' });
    const days = (Date.parse(body.expiresAt) - Date.parse(body.createdAt)) / 86_400_000;
    expect(days).toBe(366);
    const runner = await newRunner();
    expect(await refusalOf(await make(runner.token, { name: 'x' }))).toEqual([
      403,
      'human_required',
    ]);
    expect(await refusalOf(await askRequired('/v1/tokens', { json: {} }))).toEqual([
      401,
      'unauthorized',
    ]);
  });

  it('gives what needs a name only by name, and never more than its maker has', async () => {
    const person = await newMember(await newProject(), 'owner', {
      scopes: ['tokens:write', 'tasks:read', 'gates:approve'],
    });
    expect((await made(person.token)).scopes).toEqual(['tasks:read']);
    const named = await made(person.token, { scopes: ['gates:approve', 'gates:approve'] });
    expect(named.scopes).toEqual(['gates:approve']);
    const more = await make(person.token, { name: 'x', scopes: ['tasks:read', 'audit:read'] });
    expect(await refusalOf(more)).toEqual([403, 'scope_exceeds_yours']);
  });

  it("stays within its parent's projects, environments, networks, rate and life", async () => {
    const [inside, outside] = [await newProject(), await newProject()];
    const expiresAt = Date.now() + 86_400_000;
    const userId = await newPerson({ [inside]: 'owner', [outside]: 'owner' });
    const parent = await newPat(userId, {
      projectIds: [inside],
      environments: ['staging'],
      ratePerMinute: 60,
      expiresAt,
    });
    expect(await made(parent.token, { expiresInDays: 300, rateLimitPerMinute: 500 })).toMatchObject(
      {
        projectIds: [inside],
        environments: ['staging'],
        rateLimitPerMinute: 60,
        expiresAt: new Date(expiresAt).toISOString(),
      },
    );
    const cases = [
      [{ projectIds: [outside] }, [404, 'not_found']],
      [{ projectIds: [newId('prj', 1)] }, [404, 'not_found']],
      [{ environments: ['production'] }, [403, 'environment_forbidden']],
    ] as const;
    for (const [fields, refusal] of cases) {
      expect(await refusalOf(await make(parent.token, { name: 'x', ...fields }))).toEqual(refusal);
    }
    const networked = await newMember(inside, 'owner', { ipCidrs: ['10.0.0.0/8'] });
    const from = { 'CF-Connecting-IP': '10.1.2.3' };
    const narrow = await make(networked.token, { name: 'x', ipCidrs: ['10.1.0.0/16'] }, from);
    expect(narrow.status).toBe(201);
    const wide = await make(networked.token, { name: 'x', ipCidrs: ['0.0.0.0/0'] }, from);
    expect(await refusalOf(wide)).toEqual([403, 'ip_forbidden']);
  });

  it('ends at 50 live ones, however many are asked for at once', async () => {
    const person = await newMember(await newProject(), 'viewer');
    for (let count = 1; count < 48; count++) await newPat(person.userId);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => make(person.token, { name: 'x' })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 201, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused && (await refusalOf(refused))).toEqual([409, 'limit_reached']);
  });

  it('under an Idempotency-Key happens once, and the repetition has no secret', async () => {
    const person = await newMember(await newProject(), 'viewer');
    const key = { 'Idempotency-Key': newId('key', Date.now()) };
    const first: NewToken = await (await make(person.token, { name: 'x' }, key)).json();
    const again = await make(person.token, { name: 'x' }, key);
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await again.json()).toEqual({ ...first, token: null, secretAlreadyShown: true });
    const other = await make(person.token, { name: 'y' }, key);
    expect(await refusalOf(other)).toEqual([422, 'idempotency_mismatch']);
    const stored = await env.DB.prepare('SELECT * FROM idempotency').all();
    expect(JSON.stringify(stored.results)).not.toContain(first.token);
  });

  it.each([
    {},
    { name: '' },
    { name: 'x'.repeat(101) },
    { name: 'two\nlines' },
    { name: 'turned \u202eround' },
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['all'] },
    { name: 'x', expiresInDays: 0 },
    { name: 'x', expiresInDays: 367 },
    { name: 'x', ipCidrs: ['10.0.0.0/33'] },
    { name: 'x', projectIds: ['x'] },
    { name: 'x', rateLimitPerMinute: 601 },
    { name: 'x', id: 'tok_mine' },
  ])('refuses %j', async (json) => {
    const person = await newMember(await newProject(), 'viewer');
    expect(await refusalOf(await make(person.token, json))).toEqual([422, 'validation_failed']);
  });
});

describe('the tokens of a person', () => {
  it('are listed newest first, without their secrets, and nobody else sees them', async () => {
    const person = await newMember(await newProject(), 'viewer');
    const one = await made(person.token);
    const two = await made(person.token);
    const answer = await askRequired('/v1/tokens?limit=2', { headers: bearer(person.token) });
    const body: { data: NewToken[]; pagination: object } = await answer.json();
    expect(body.data.map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(body.pagination).toMatchObject({ total: 3, hasMore: true });
    expect(JSON.stringify(body)).not.toContain(one.token);
    const other = await newMember(await newProject(), 'owner');
    const theirs = await askRequired('/v1/tokens', { headers: bearer(other.token) });
    expect(JSON.stringify(await theirs.json())).not.toContain(one.id);
  });

  it('are revoked with those that they made, at once; a second time changes nothing', async () => {
    const person = await newMember(await newProject(), 'viewer');
    const parent = await made(person.token, { scopes: ['tokens:write', 'tokens:read'] });
    const child = await made(parent.token ?? '', { scopes: ['tokens:read'] });
    const read = (token: string | null) =>
      askRequired('/v1/tokens', { headers: bearer(token ?? '') });
    expect((await read(child.token)).status).toBe(200);
    expect((await remove(person.token, parent.id)).status).toBe(204);
    expect((await read(parent.token)).status).toBe(401);
    expect((await read(child.token)).status).toBe(401);
    expect((await remove(person.token, parent.id)).status).toBe(204);
    const audit = await env.DB.prepare('SELECT action FROM audit WHERE target_id = ? ORDER BY seq')
      .bind(parent.id)
      .all<{ action: string }>();
    expect(audit.results.map(({ action }) => action)).toEqual(['token.created', 'token.revoked']);
  });

  it("another person's is answered as one that never was, byte for byte but for the id", async () => {
    const person = await newMember(await newProject(), 'viewer');
    const other = await newMember(await newProject(), 'owner');
    const texts = await Promise.all(
      [person.id, newId('tok', 1), 'x', 'prj_x'].map(async (id) => {
        const answer = await remove(other.token, id);
        expect(answer.status).toBe(404);
        const {
          requestId: _,
          instance: __,
          ...body
        }: Record<string, unknown> = await answer.json();
        return JSON.stringify(body);
      }),
    );
    expect(new Set(texts).size).toBe(1);
    expect((await remove(person.token, person.id)).status).toBe(204);
  });
});
