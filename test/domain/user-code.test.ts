import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUserCode, userCodeOf } from '../../src/domain/user-code.ts';

describe('the code that a person carries', () => {
  it('law: it is read however it is typed', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const marks = fc.constantFrom('', ' ', '-', ' – ', '.', '_');
    fc.assert(
      fc.property(bytes, marks, fc.boolean(), (random, mark, isLow) => {
        const code = userCodeOf(random);
        if (code === null) return;
        expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
        const typed = code.replace('-', mark);
        expect(readUserCode(isLow ? typed.toLowerCase() : typed)).toBe(code);
      }),
      { numRuns: 1_000 },
    );
  });

  it('each letter is as likely as another: unfair bytes are dropped', () => {
    expect(userCodeOf(Array.from({ length: 32 }, () => 255))).toBeNull();
    expect(userCodeOf([240, 0, 1, 2, 3, 250, 4, 5, 6, 7])).toBe('BCDF-GHJK');
    expect(userCodeOf([239, 19, 0, 20, 0, 0, 0, 0])).toBe('ZZBB-BBBB');
  });

  it.each([
    '',
    'BBBB-BBB',
    'BBBB-BBBBB',
    'AAAA-AAAA',
    'BBBB-BBB1',
    'ＢBBB-BBBB',
    'BBBB-BBBB; DROP',
  ])('%j is none', (typed) => {
    expect(readUserCode(typed)).toBeNull();
  });
});
