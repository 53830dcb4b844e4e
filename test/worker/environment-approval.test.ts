// What a protected environment may ask of people, as it is said and shown.

import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/contract/project.ts';
import { codeOf } from './deployment-world.ts';
import { newProject, send } from './world.ts';

describe('what a protected environment asks for', () => {
  it.each([
    ['nobody', { required: 0 }],
    ['too many', { required: 11 }],
    ['an unknown role', { from: ['role:king'] }],
    ['no one named', { from: [] }],
    ['longer than it waits', { waitSeconds: 60, expiresInSeconds: 60 }],
    ['another word', { quorum: 2 }],
  ])('cannot be %s', async (_, approval) => {
    const path = `/v1/projects/${await newProject()}/environments/production`;
    const answer = await send(path, { approval }, { method: 'PATCH' });
    expect(codeOf(answer)).toEqual([422, 'validation_failed']);
  });

  it('is shown whole, also where it was said at the making of the project', async () => {
    const approval = { required: 2, from: ['role:owner'] };
    const environments = [{ name: 'production', protected: true, approval }];
    const { body } = await send<{ environments: Environment[] }>('/v1/projects', {
      ...{ name: 'Shop', environments },
    });
    const rest = { preventSelfApproval: null, waitSeconds: 0, expiresInSeconds: 604_800 };
    expect(body.environments.map((one) => one.approval)).toEqual([
      { ...approval, ...rest },
      null,
      null,
    ]);
  });
});
