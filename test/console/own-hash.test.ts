import { afterEach, expect, it, vi } from 'vitest';
import { SEAL_WORDS, sealOf } from '../../console/src/gates/own-hash.ts';
import type { GateAction } from '../../src/contract/gate.ts';
import { actionHash } from '../../src/domain/action.ts';

afterEach(() => vi.unstubAllGlobals());

const action = (): GateAction => ({ type: 'shell.exec', target: {}, params: { argv: ['ls'] } });

it('lets an action pass only once the browser has made the hash that the server has made', async () => {
  const gate = { action: action(), actionHash: actionHash(action()) };
  expect(sealOf(gate)).toBe('making');
  await expect.poll(() => sealOf(gate)).toBe('same');
  // The same object under another hash, and another object under the same hash.
  expect(sealOf({ ...gate, actionHash: 'sha256:x' })).toBe('other');
  const other = { ...gate, action: { ...action(), params: { argv: ['ls', '-a'] } } };
  expect(sealOf(other)).toBe('making');
  await expect.poll(() => sealOf(other)).toBe('other');
  expect(SEAL_WORDS[sealOf(other)]).toMatch(/cannot be approved here/);
});

it('says so where a page can make none', async () => {
  vi.stubGlobal('crypto', {});
  const gate = { action: action(), actionHash: actionHash(action()) };
  await expect.poll(() => sealOf(gate)).toBe('none');
  expect(SEAL_WORDS[sealOf(gate)]).toMatch(/cannot be approved here/);
});
