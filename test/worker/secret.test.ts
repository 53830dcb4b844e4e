import { describe, expect, it } from 'vitest';
import { newId, newTaskId } from '../../src/auth/id.ts';
import { checksum, hasGoodChecksum, newSecret } from '../../src/auth/secret.ts';
import { PROJECT_ID, RUNNER_ID, TASK_ID } from '../../src/contract/id.ts';

describe('secrets', () => {
  it.each([
    ['slc_pat_000000000000000000000000000000', '4gHlK0'],
    ['slc_cs_0123456789ABCDEFGHIJabcdefghij', '2n6A2I'],
  ])('the check value of %s is %s', (body, check) => expect(checksum(body)).toBe(check));

  it('a new one is of the printed form, fits its type only, and differs each time', () => {
    const secret = newSecret('run');
    expect(secret).toMatch(/^slc_run_[0-9A-Za-z]{36}$/);
    expect(hasGoodChecksum(secret, 'run')).toBe(true);
    expect(hasGoodChecksum(secret, 'pat')).toBe(false);
    expect(newSecret('run')).not.toBe(secret);
  });

  it('one changed character breaks the checksum', () => {
    const secret = newSecret('run');
    for (let place = 8; place < secret.length; place++) {
      const other = secret.charAt(place) === 'a' ? 'b' : 'a';
      const changed = secret.slice(0, place) + other + secret.slice(place + 1);
      expect(hasGoodChecksum(changed, 'run')).toBe(false);
    }
  });
});

describe('ids', () => {
  it('are of the printed forms and sort by time', () => {
    expect(newId('prj', 1)).toMatch(PROJECT_ID);
    expect(newId('run', Date.now())).toMatch(RUNNER_ID);
    expect(newTaskId(Date.now())).toMatch(TASK_ID);
    expect(newId('run', 1_000) < newId('run', 1_001)).toBe(true);
  });

  it('do not repeat within a millisecond', () => {
    const made = new Set(Array.from({ length: 1_000 }, () => newId('jti', 1)));
    expect(made.size).toBe(1_000);
  });
});
