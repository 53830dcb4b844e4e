import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, cleanValue, cutText, jsonBytes } from '../../cli/run/clean-text.ts';

describe('text that can be stored', () => {
  it('loses NUL and lone surrogates and keeps escape codes', () => {
    expect(cleanText('a\0b\ud800c\u001b[31m')).toBe('a\ufffdb\ufffdc\u001b[31m');
    expect(cleanValue({ 'k\0': ['\udfff', 1, null] })).toEqual({ 'k\ufffd': ['\ufffd', 1, null] });
  });

  it('is cut to a number of JSON bytes, whatever is in it', () => {
    const unit = fc.constantFrom('a', '"', '\u001b', '😀', '\\');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 100, maxLength: 2_000 }), (text) => {
        const cut = cutText(text, 300);
        expect(jsonBytes(cut)).toBeLessThanOrEqual(300);
        expect(cut.isWellFormed()).toBe(true);
      }),
    );
    expect(cutText('x'.repeat(1_000), 300)).toMatch(/^x+ … \[cut: \d+ more characters\]$/);
  });
});
