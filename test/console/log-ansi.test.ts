import { describe, expect, it } from 'vitest';
import { spansOf, stripped, textOf } from '../../console/src/pages/task/log/ansi.ts';

const ESC = '\u001b';
const red = `${ESC}[31m`;
const off = `${ESC}[0m`;

describe('a line of a terminal', () => {
  it.each([
    ['plain', [['plain', '']]],
    [
      `${red}no${off} yes`,
      [
        ['no', 'bad'],
        [' yes', ''],
      ],
    ],
    [
      `${ESC}[1;4;32mok${ESC}[22m still${ESC}[24;39m off`,
      [
        ['ok', 'ok bold under'],
        [' still', 'ok under'],
        [' off', ''],
      ],
    ],
    [
      `${ESC}[2mdim${ESC}[m${ESC}[3mslanted${ESC}[23m.`,
      [
        ['dim', 'muted'],
        ['slanted', 'italic'],
        ['.', ''],
      ],
    ],
    [
      `${ESC}[90mgrey${ESC}[97mwhite`,
      [
        ['grey', 'muted'],
        ['white', ''],
      ],
    ],
    [`${ESC}[41;97m FAIL ${off}`, [[' FAIL ', 'bad']]],
    [`${ESC}[97;41m FAIL ${off}`, [[' FAIL ', 'bad']]],
    [
      `${ESC}[38;5;196;1mtrue${ESC}[38;2;1;2;31mcolour`,
      [
        ['true', 'bold'],
        ['colour', 'bold'],
      ],
    ],
    ['tab\there', [['tab\there', '']]],
    ['windows\r', [['windows', '']]],
  ])('%j is drawn as %j', (line, spans) => {
    expect(spansOf(line).map(({ text, look }) => [text, look])).toEqual(spans);
  });

  it.each([
    [`${ESC}]0;title\u0007after`, 'after'],
    [`${ESC}]8;;https://evil.example${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
    [`${ESC}[2J${ESC}[1;1Hover`, 'over'],
    [`${ESC}[?1049hscreen`, 'screen'],
    [`${ESC}Pq#0;2${ESC}\\sixel`, 'sixel'],
    ['\u009b31mred', 'red'],
    [`${ESC}]52;c;unfinished`, '52;c;unfinished'],
    [`${ESC}`, ''],
    [`a${ESC}[`, 'a'],
    ['10%\r20%', '10%\ufffd20%'],
    ['a\u202eb\u2066c\u0000d\u0085e', 'a\ufffdb\ufffdc\ufffdd\ufffde'],
  ])('%j says %j, and nothing of it steers anything', (line, text) => {
    expect(textOf(line)).toBe(text);
    expect(
      spansOf(line)
        .map((span) => span.text)
        .join(''),
    ).toBe(text);
    expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });

  it('is looked for by its words alone', () => {
    expect(stripped(`${red}no${off}where`)).toBe('nowhere');
  });

  it('is of few parts, however often it changes its colour', () => {
    const line = Array.from({ length: 10_000 }, (_, at) => `${ESC}[3${(at % 6) + 1}mx`).join('');
    expect(spansOf(line)).toEqual([{ text: 'x'.repeat(10_000), look: '' }]);
  });

  it('may be long and wild without taking long', () => {
    const wild = `${ESC}]`.repeat(20_000) + `${ESC}[`.repeat(20_000) + '1;'.repeat(20_000);
    // Strings that are begun by one character, and never ended; a line has 65,536 of them at most.
    const begun = ['\u0090', '\u0098', '\u009b', '\u009d', '\u009e', '\u009f', '\u009dx'];
    const began = performance.now();
    for (const line of [wild, ...begun.map((one) => one.repeat(65_536))]) {
      spansOf(line);
      textOf(line);
    }
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
