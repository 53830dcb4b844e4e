// Whom a gate asks: roles and ids are never a matter of what somebody calls themselves.

import { describe, expect, it } from 'vitest';
import { isAsked } from '../../src/domain/approval.ts';

describe('a name', () => {
  const asked = { from: ['role:owner', 'usr_adaaa', 'user:usr_cleoo', 'Dora'] };
  const role = 'developer';

  it.each(['role:owner', 'usr_adaaa', 'user:usr_cleoo'])(
    'that reads %s makes nobody that',
    (name) => {
      expect(isAsked(asked, { id: 'usr_bobbb', role, name })).toBe(false);
    },
  );

  it('lets in who is asked by it, and an id whom it names', () => {
    expect(isAsked(asked, { id: 'usr_bobbb', role, name: 'Dora' })).toBe(true);
    for (const id of ['usr_adaaa', 'usr_cleoo']) {
      expect(isAsked(asked, { id, role, name: 'B' })).toBe(true);
    }
  });
});
