// The description as it is served, beside the one that is committed: clients were written by that one.

import { expect, it } from 'vitest';
import committed from '../../docs/openapi.json?raw';
import { breakingChanges } from '../../tools/openapi/breaking.ts';
import { ask } from './ask.ts';

it('takes nothing away that a client may rely on', async () => {
  const served = await (await ask('/openapi.json')).json();
  expect(breakingChanges(JSON.parse(committed), served)).toEqual([]);
});
