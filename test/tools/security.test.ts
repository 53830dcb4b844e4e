// SECURITY.md names a test for each threat; a test that is renamed takes its row along.

import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const text = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
const rows = text.split('\n').filter((line) => /^\| T\d+ /.test(line));
const namesIn = (line: string) => [...line.matchAll(/`(test\/[^`]+)`/g)].map(([, name]) => name);

it('every test that SECURITY.md names is there', () => {
  const named = [...new Set(text.split('\n').flatMap(namesIn))];
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(
    (name = '') => !existsSync(path.join(ROOT, name)) && globSync(name, { cwd: ROOT }).length === 0,
  );
  expect(missing).toEqual([]);
});

it('every threat has a row, with a test', () => {
  // T19 is measured and not a test.
  const numbers = Array.from({ length: 31 }, (_, index) => index + 1);
  const expected = numbers.filter((number) => number !== 19);
  const found = new Set(rows.map((row) => Number(/\d+/.exec(row)?.[0])));
  expect([...found]).toEqual(expected);
  for (const row of rows) expect(namesIn(row), row.slice(0, 40)).not.toEqual([]);
});
