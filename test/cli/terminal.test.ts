import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableText } from '../../cli/terminal.ts';

describe('foreign text on a terminal', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b]52;c;aGk=\u0007', ''],
    ['a\u009b31mb', 'a31mb'],
    ['\u001bcreset', 'reset'],
    ['\u001bP1;2|payload\u001b\\x', 'x'],
    ['abc\u202etxt.exe\u2066', 'abctxt.exe'],
    ['tab\tstays', 'tab\tstays'],
    ['one\rtwo\b\0', 'onetwo'],
  ])('%j becomes %j', (text, shown) => {
    expect(printableText(text)).toBe(shown);
  });

  it('never holds a control character', () => {
    const unit = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      'm',
      '1',
      ';',
      '\u0007',
      '\u009b',
      '\u202e',
      'é',
      '\\',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(printableText(text)).not.toMatch(/[^\P{Cc}\t]|\u202e/u);
      }),
    );
  });
});
