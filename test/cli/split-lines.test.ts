import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_CHARS_MAX, LineSplitter } from '../../cli/run/split-lines.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const linesOf = (chunks: readonly Uint8Array[]): string[] => {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(chunk));
  return [...lines, ...splitter.end()].map(({ text }) => text);
};

describe('splitting output into lines', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r', '\r\n', '\u001b[1m'));
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (parts, cuts) => {
        const whole = bytes(parts.join(''));
        const at = [0, ...cuts.filter((cut) => cut < whole.length), whole.length].sort(
          (a, b) => a - b,
        );
        const chunks = at.slice(1).map((end, index) => whole.slice(at[index], end));
        expect(linesOf(chunks)).toEqual(linesOf([whole]));
      }),
    );
  });

  it('ends a line at LF, CRLF and a lone CR', () => {
    expect(linesOf([bytes('a\nb\r\n10%\r20%\rdone\n')])).toEqual(['a', 'b', '10%', '20%', 'done']);
    expect(linesOf([bytes('a\r'), bytes('\nb')])).toEqual(['a', 'b']);
  });

  it('keeps empty lines and the last one without an end', () => {
    expect(linesOf([bytes('a\n\nb')])).toEqual(['a', '', 'b']);
  });

  it('replaces broken UTF-8', () => {
    expect(linesOf([Uint8Array.of(0x61, 0xff, 0x62, 0x0a, 0xf0, 0x9f)])).toEqual([
      'a\ufffdb',
      '\ufffd',
    ]);
  });

  it('keeps the start of a line of 1 MB and counts the rest', () => {
    const splitter = new LineSplitter();
    const chunk = bytes('x'.repeat(100_000));
    for (let count = 0; count < 10; count += 1) expect(splitter.push(chunk)).toEqual([]);
    const [line, next] = splitter.push(bytes('\nnext\n'));
    expect(line?.text).toHaveLength(LINE_CHARS_MAX);
    expect(line?.dropped).toBe(1_000_000 - LINE_CHARS_MAX);
    expect(next?.text).toBe('next');
  });
});
