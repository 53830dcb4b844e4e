// Who shows nothing, or something that has ended, gets in nowhere.

import { beforeAll, describe, expect, it } from 'vitest';
import { askRequired, bearer, ORIGIN } from '../ask.ts';
import { personToken } from '../tokens.ts';
import { askOf, codeOf, examplesOf } from './asking.ts';
import { GUARDED, OPERATIONS } from './operations.ts';
import { newWorld, type World } from './things.ts';

let world: World;
let expired: string;
beforeAll(async () => {
  world = await newWorld();
  expired = await personToken(world.ownerId, Date.now() - 3_600_000);
});

/** What is for everybody: documents, and doors that look at who comes by themselves. */
const OPEN = [
  'auth.authorizeDevice',
  'auth.introspect',
  'auth.pushRequest',
  'auth.registerClient',
  'auth.revoke',
  'auth.token',
  'bootstrap.create',
  'console.get',
  'docs.get',
  'docs.getLlms',
  'docs.getMarkdown',
  'health.get',
  'home.get',
  'invitations.accept',
  'jwks.get',
  'metadata.mcp',
  'metadata.resource',
  'metadata.server',
  'openapi.get',
  'passkeys.options',
  'passkeys.verify',
  'problems.get',
  'receiptKeys.get',
  'signins.recover',
  'signins.signOut',
  'tokenLeaks.report',
  'webhookKeys.get',
];

describe('the walk', () => {
  it('knows which operations are for everybody, and that is all of them', () => {
    const open = OPERATIONS.filter(({ door }) => door === 'open').map(({ id }) => id);
    expect(open.sort()).toEqual([...OPEN].sort());
    expect(GUARDED.length).toBeGreaterThan(90);
  });
});

describe.each(OPERATIONS.filter(({ door }) => door === 'open'))('$method $path', (operation) => {
  it('is for everybody, whatever else they show, and breaks under none of it', async () => {
    const path = operation.path.replaceAll(/\{\w+\}/g, 'not-found');
    for (const headers of [{}, bearer(expired), bearer(world.owner), bearer(world.agentToken)]) {
      const { method } = operation;
      const answer = await askRequired(path, { method, headers, redirect: 'manual' });
      expect(answer.status).toBeLessThan(500);
      const text = await answer.text();
      for (const id of Object.values(world.things).filter((one) => one.length > 26)) {
        expect(text).not.toContain(id);
      }
    }
  });
});

const METADATA = `resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource"`;

describe.each(GUARDED)('$method $path', (operation) => {
  const example = examplesOf(operation)[0];

  it('without a credential asks for one, and says for what', async () => {
    const answer = await askOf(operation, world.things, { example });
    if (operation.isSocket) return expect(answer.status).toBe(4401);
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthorized']);
    expect(answer.challenge).toMatch(/^Bearer realm="sluice", /);
    expect(answer.challenge).toContain(METADATA);
    expect(answer.challenge).not.toContain('error=');
    const scope = operation.scopes.length > 0 ? [`scope="${operation.scopes.join(' ')}"`] : [];
    for (const part of scope) expect(answer.challenge).toContain(part);
  });

  it('with an access token that has expired says so', async () => {
    const answer = await askOf(operation, world.things, { token: expired, example });
    if (operation.isSocket) return expect(answer.status).toBe(4401);
    if (operation.door === 'cookie') return expect(answer.status).toBe(401);
    expect([answer.status, codeOf(answer)]).toEqual([401, 'invalid_token']);
    expect(answer.challenge).toContain('error="invalid_token"');
    expect(answer.challenge).toContain(METADATA);
  });
});
