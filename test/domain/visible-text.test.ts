import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import { visibleLines, visibleText } from '../../src/domain/visible-text.ts';
import { poolOf } from './law.ts';

const UNSEEN = ['\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u00ad', '\u00a0', '\u3000'];
const ALSO = ['\u2028', '\u061c', '\u115f', '\u3164', '\u2800', '\u007f', '\u0085', '\ue000'];
const TAGS = ['\u{e0041}', '\u{e0100}', '\ufe0f', '\ud800'];

describe('visible text', () => {
  it.each([...UNSEEN, ...ALSO, ...TAGS])('%j is written as an escape', (unseen) => {
    const shown = visibleText(`a${unseen}b`);
    expect(shown).toMatch(/^a(\\u[0-9a-f]{4}){1,2}b$/);
    expect(JSON.parse(`"${shown}"`)).toBe(`a${unseen}b`);
  });

  it('what can be seen stays as it is', () => {
    const seen = 'Grüße, 世界! שלום 👍 <b>$(x)</b> \\u202e';
    expect(visibleText(seen)).toBe(seen);
    expect(visibleLines('a\r\nb\n\u202ec\r')).toBe('a\nb\n\\u202ec\\u000d');
  });

  it('of any JSON says what the JSON says', () => {
    poolOf(fc.jsonValue(), (one) => one).holds((value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(visibleText(text))).toEqual(JSON.parse(text));
      expect(visibleText(visibleText(text))).toBe(visibleText(text));
    });
  });
});
