// Limits of what has none of its own in the document: true of everything that is sent, since no body is longer than this
// and no number is one that JSON cannot carry.

const TEXT_MAX = 1_048_576;
const ITEMS_MAX = 10_000;

interface Schema {
  type?: string | string[];
  enum?: unknown;
  const?: unknown;
  maxLength?: number;
  maxItems?: number;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/** Gives every text, list and whole number below this value an upper limit. */
export function limitSchema(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value) limit(value as Schema);
  for (const [key, member] of Object.entries(value)) if (!EXAMPLES.has(key)) limitSchema(member);
}

const EXAMPLES: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'enum', 'const']);

function limit(schema: Schema): void {
  const is = (type: string) =>
    schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type));
  const isOneOf = schema.enum !== undefined || schema.const !== undefined;
  if (is('string') && !isOneOf) schema.maxLength ??= TEXT_MAX;
  if (is('array')) schema.maxItems ??= ITEMS_MAX;
  if (!is('integer')) return;
  schema.format ??= 'int64';
  if (schema.exclusiveMinimum === undefined) schema.minimum ??= Number.MIN_SAFE_INTEGER;
  if (schema.exclusiveMaximum === undefined) schema.maximum ??= Number.MAX_SAFE_INTEGER;
}
