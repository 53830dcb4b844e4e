import type { BundleLine } from '../src/contract/bundle.ts';
import { BadEntry } from './bad-entry.ts';

type Kind = BundleLine['k'];
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const textOrNull: Check = (value) => value === null || text(value);
const whole: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const one: Check = (value) => value === 1;
const ranges: Check = (value) =>
  Array.isArray(value) &&
  value.every((range) => Array.isArray(range) && range.length === 2 && range.every(whole));
const record: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of each kind, in the order in which they are written. */
const FORMS: Readonly<Record<Kind, Readonly<Record<string, Check>>>> = {
  manifest: {
    ...{ k: text, v: one, iss: text, project: text, task: text },
    ...{ firstSeq: one, lastSeq: whole, pruned: ranges, exportedAt: text },
  },
  key: { k: text, jwk: record },
  block: {
    ...{ k: text, first: whole, last: whole, at: text },
    ...{ kind: (value) => value === 's' || value === 'p', epoch: whole, producer: textOrNull },
    ...{ prev: text, bodyHash: text, hash: text, body: textOrNull },
  },
  receipt: { k: text, jws: text },
  checkpoint: { k: text, jws: text },
  artifact: { k: text, name: text, version: whole, sha256: text, bytes: whole, data: textOrNull },
  end: { k: text, lines: whole, sha256: text },
};

const ORDER: readonly Kind[] = [
  'manifest',
  'key',
  'block',
  'receipt',
  'checkpoint',
  'artifact',
  'end',
];

/** A line of a bundle, of a known form and written in the one way in which a server writes it. */
export const readEntry = (line: string, number: number): BundleLine => {
  const value = parsed(line, number);
  const kind = ORDER.find((k) => k === value['k']);
  if (kind === undefined) throw new BadEntry(number, 'it is no entry of a bundle');
  const form = FORMS[kind];
  const keys = Object.keys(value);
  const isWhole =
    keys.length === Object.keys(form).length &&
    Object.entries(form).every(([key, check], at) => keys[at] === key && check(value[key]));
  if (!isWhole) throw new BadEntry(number, `it is not of the form of a ${kind}`);
  // The members were looked at one by one.
  return value as unknown as BundleLine;
};

const parsed = (line: string, number: number): Record<string, unknown> => {
  let value: unknown;
  let isSame: boolean;
  try {
    value = JSON.parse(line);
    // Also what is too deep to be written again is not what a server writes.
    isSame = JSON.stringify(value) === line;
  } catch {
    throw new BadEntry(number, 'it is no JSON');
  }
  // An object has members.
  if (!record(value)) throw new BadEntry(number, 'it is no object');
  if (!isSame) throw new BadEntry(number, 'it is not written as it was');
  return value as Record<string, unknown>;
};

/** Whether an entry of this kind may come after one of the other. */
export const mayFollow = (before: Kind | undefined, kind: Kind): boolean => {
  if (before === undefined) return kind === 'manifest';
  const isOnce = kind === 'manifest' || kind === 'end';
  return ORDER.indexOf(kind) > ORDER.indexOf(before) || (kind === before && !isOnce);
};
