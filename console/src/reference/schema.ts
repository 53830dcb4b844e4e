// Schemas in words and as examples. Pure.

import { type Document, nameIn, resolve, type Schema } from './document.ts';

/** What the server writes where nothing else limits a text or a list: it says nothing to a reader. */
const LENGTH_OF_ALL = 1_048_576;
const ITEMS_OF_ALL = 10_000;
const DEPTH_MAX = 5;

const typesOf = ({ type }: Schema): readonly string[] =>
  type === undefined ? [] : typeof type === 'string' ? [type] : type;

/** The alternatives of a schema, where it has any. */
export const choicesOf = ({ anyOf, oneOf }: Schema): readonly Schema[] => anyOf ?? oneOf ?? [];

/** `Task`, `string`, `Gate[]`, `string | null`. */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return nameIn(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = choicesOf(schema);
  if (choices.length > 0) return [...new Set(choices.map(typeOf))].join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map(typeOf).join(' & ');
  const types = typesOf(schema);
  if (schema.items !== undefined) {
    const item = typeOf(schema.items);
    const list = /[|&]/.test(item) ? `(${item})[]` : `${item}[]`;
    return [list, ...types.filter((type) => type !== 'array')].join(' | ');
  }
  return types.join(' | ') || 'anything';
}

/** What a value has to keep to beside its type: `at most 200 characters`, `date-time`. */
export function rulesOf(schema: Schema): readonly string[] {
  const { minimum, maximum, minLength, maxLength, maxItems, format, pattern } = schema;
  const isLimit = (value: number | undefined): value is number =>
    value !== undefined && Number.isSafeInteger(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  return [
    ...(format !== undefined && !/^int/.test(format) ? [format] : []),
    ...(isLimit(minimum) ? [`at least ${minimum}`] : []),
    ...(isLimit(maximum) ? [`at most ${maximum}`] : []),
    ...(minLength !== undefined && minLength > 0 ? [`at least ${minLength} characters`] : []),
    ...(maxLength !== undefined && maxLength < LENGTH_OF_ALL
      ? [`at most ${maxLength} characters`]
      : []),
    ...(maxItems !== undefined && maxItems < ITEMS_OF_ALL ? [`at most ${maxItems} items`] : []),
    ...(pattern === undefined ? [] : [`matches ${pattern}`]),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
}

/** The members of an object, those of all its parts together. */
export function membersOf(
  document: Document,
  schema: Schema,
): readonly (readonly [name: string, schema: Schema, isRequired: boolean])[] {
  const whole = resolve(document, 'schemas', schema);
  const parts = (whole.allOf ?? []).flatMap((part) => membersOf(document, part));
  const required = new Set(whole.required);
  const own = Object.entries(whole.properties ?? {}).map(
    ([name, member]) => [name, member, required.has(name)] as const,
  );
  return [...parts, ...own];
}

/** A value that shows how it is written: what is required, or where nothing is, the first member. */
export function exampleOf(document: Document, schema: Schema, depth = 0): unknown {
  const whole = resolve(document, 'schemas', schema);
  if (whole.example !== undefined) return whole.example;
  if (whole.const !== undefined) return whole.const;
  if (whole.enum !== undefined) return whole.enum[0];
  if (whole.default !== undefined) return whole.default;
  const [choice] = choicesOf(whole);
  if (choice !== undefined) return exampleOf(document, choice, depth);
  const members = membersOf(document, whole);
  if (members.length > 0) {
    const wanted = members.some(([, , isRequired]) => isRequired)
      ? members.filter(([, , isRequired]) => isRequired)
      : members.slice(0, 1);
    if (depth >= DEPTH_MAX) return {};
    return Object.fromEntries(
      wanted.map(([name, member]) => [name, exampleOf(document, member, depth + 1)]),
    );
  }
  return plainExample(document, whole, depth);
}

function plainExample(document: Document, schema: Schema, depth: number): unknown {
  const [type] = typesOf(schema);
  if (schema.items !== undefined)
    return depth >= DEPTH_MAX ? [] : [exampleOf(document, schema.items, depth + 1)];
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  if (type !== 'string') return {};
  if (schema.format === 'date-time') return '2026-11-01T12:00:00Z';
  if (schema.format === 'uri' || schema.format === 'url') return 'https://example.com/';
  return 'text';
}
