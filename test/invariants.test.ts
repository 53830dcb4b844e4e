// The sentences of docs/invariants.md are the names of tests: each is looked for in the file that it is said to stand in.

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROW = /^\| (?:law|fault|story) \| (.+) \| `(.+)` \|$/gm;
const rows = [...readFileSync('docs/invariants.md', 'utf8').matchAll(ROW)].map(
  ([, sentence = '', file = '']) => ({ sentence, file }),
);

/** Quotes and breaks are the source's own, and backticks the page's. */
const plain = (text: string): string =>
  text
    .replace(/[`\\]/g, '')
    .replaceAll('’', "'")
    .replace(/'\s*\+\s*'/g, '')
    .replace(/\s+/g, ' ');

const textOf = new Map<string, string>();
const readTest = (file: string): string => {
  const text = textOf.get(file) ?? plain(readFileSync(file, 'utf8'));
  textOf.set(file, text);
  return text;
};

it('the page lists all of them', () => {
  expect(rows).toHaveLength(77);
  expect(new Set(rows.map(({ sentence }) => sentence)).size).toBe(77);
});

describe('each sentence names a test', () => {
  it.each(rows)('$sentence', ({ sentence, file }) => {
    expect(globSync('test/**/*.test.ts')).toContain(file);
    expect(readTest(file)).toContain(plain(sentence));
  });
});
