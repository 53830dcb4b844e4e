import { describe, expect, it } from 'vitest';
import { lineOf, patchOf } from '../../console/src/pages/projects/config-patch.ts';

describe('the patch of a config', () => {
  it.each([
    ['nothing', { a: 1, b: { c: [1] } }, { a: 1, b: { c: [1] } }, undefined],
    ['a value', { a: 1, b: 2 }, { a: 3, b: 2 }, { a: 3 }],
    ['a value within', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }],
    ['a list, whole', { a: { b: [1, 2] } }, { a: { b: [2] } }, { a: { b: [2] } }],
    ['what is gone: its default', { a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { c: null } }],
    ['what is new', { a: {} }, { a: { b: { c: 1 } } }, { a: { b: { c: 1 } } }],
    ['an object in the place of a value', { a: 1 }, { a: { b: 1 } }, { a: { b: 1 } }],
  ])('holds %s', (_, before, after, patch) => {
    expect(patchOf(before, after)).toEqual(patch);
  });
});

describe('the line of a path', () => {
  const text = JSON.stringify({ a: { b: 1 }, limits: { b: 2, deep: { c: 3 } } }, null, 2);

  it.each([
    ['limits', 5],
    ['limits.b', 6],
    ['limits.deep.c', 8],
    ['a.b', 3],
    ['nowhere', 0],
    ['limits.x', 5],
  ])('%s', (path, line) => {
    expect(lineOf(text, path)).toBe(line);
  });
});
