// Values that break what is built carelessly, and bodies made of them.
import type { Random } from '../faults/random.ts';

const TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202eabc',
  '☃\n"\\',
  '__proto__',
  'constructor',
  "'; DROP TABLE tasks; --",
  '../../etc/passwd',
  '$(touch x)',
  '<script>alert(1)</script>',
  'null',
  '-1',
  '1e999',
  'x'.repeat(300),
  'y'.repeat(70_000),
  '2026-02-30T99:00:00Z',
  'task_0_00000000000000000000',
  'prj_00000000000000000000000000',
] as const;

const NUMBERS = [0, -1, 1, 0.5, 1e21, Number.MAX_SAFE_INTEGER, -0, 65_536, 2 ** 53] as const;

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** Anything that JSON can say. */
export const anyValue = (random: Random): unknown => {
  switch (random.between(0, 7)) {
    case 0:
      return null;
    case 1:
      return random.isChance(0.5);
    case 2:
      return random.pick(NUMBERS);
    case 3:
    case 4:
      return random.pick(TEXTS);
    case 5:
      return Array.from({ length: random.between(0, 4) }, () => random.pick(TEXTS));
    case 6:
      return { [random.pick(TEXTS)]: random.pick(NUMBERS), a: random.pick(TEXTS) };
    default:
      return nested(random.between(1, 60));
  }
};

export const anyText = (random: Random): string => random.pick(TEXTS);

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
}

const ofType = (schema: Schema, random: Random, resolve: Resolve): unknown => {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'string':
      return random.isChance(0.6) ? 'a text' : random.pick(TEXTS);
    case 'integer':
    case 'number':
      return random.isChance(0.6) ? random.between(0, 10) : random.pick(NUMBERS);
    case 'boolean':
      return random.isChance(0.5);
    case 'array': {
      const item = schema.items ?? {};
      return Array.from({ length: random.between(0, 3) }, () => fromSchema(item, random, resolve));
    }
    case 'object':
      return objectOf(schema, random, resolve);
    default:
      return schema.properties ? objectOf(schema, random, resolve) : anyValue(random);
  }
};

type Resolve = (ref: string) => object | undefined;

const objectOf = (schema: Schema, random: Random, resolve: Resolve): unknown => {
  const entries = Object.entries(schema.properties ?? {})
    .filter(() => random.isChance(0.7))
    .map(([name, member]) => {
      const value = random.isChance(0.15) ? anyValue(random) : fromSchema(member, random, resolve);
      return [name, value] as const;
    });
  if (random.isChance(0.1)) entries.push([random.pick(TEXTS).slice(0, 50), anyValue(random)]);
  return Object.fromEntries(entries);
};

/** A value that more or less fits: right often enough to get in, wrong often enough to hurt. */
export const fromSchema = (schema: object, random: Random, resolve: Resolve): unknown => {
  // A document's schema, read as far as is of use here.
  const known = schema as Schema;
  if (known.$ref !== undefined) return fromSchema(resolve(known.$ref) ?? {}, random, resolve);
  if (known.const !== undefined) return known.const;
  const [first, ...rest] = known.enum ?? [];
  if (first !== undefined) return random.pick([first, ...rest]);
  const [one, ...more] = known.anyOf ?? known.oneOf ?? [];
  if (one !== undefined) return fromSchema(random.pick([one, ...more]), random, resolve);
  return ofType(known, random, resolve);
};

/** JSON that is none any more. */
export const brokenText = (text: string, random: Random): string => {
  const at = random.between(0, Math.max(0, text.length - 1));
  switch (random.between(0, 4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `${text.slice(0, at)}\u0000${text.slice(at)}`;
    case 2:
      return `[${text}]`;
    case 3:
      return `${text}${text}`;
    default:
      return random.pick(['', 'null', '1', '"x"', '{', '{"a":', 'undefined', '\ufeff{}']);
  }
};
