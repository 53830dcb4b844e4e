// The default project of the local owner, whose rows nobody has asked for yet.

import { expect, it } from 'vitest';
import type { Client } from '../../src/contract/client.ts';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import { send } from './world.ts';

it('takes a client, though it is the first thing that is made in it', async () => {
  const body = { name: 'CI', kind: 'service', scopes: ['tasks:read'] };
  const made = await send<Client>('/v1/clients', body);
  expect([made.status, made.body.projectId]).toEqual([201, LOCAL_PROJECT_ID]);
});
