// An example of anything that a JSON Schema describes, made of the schema itself, so that it always fits.

/** What is looked at of a schema. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly minItems?: number;
}

/** Words that a reader knows, by the name of the member; others are called after themselves. */
const WORDS: Readonly<Record<string, string>> = {
  id: 'dep_01k9z4v3m8x2c7q5t1w6y0b4na',
  projectId: 'prj_01k9z4v3m8x2c7q5t1w6y0b4na',
  taskId: 'task_mwqnyqf0_27d3c1a09b5e4f12aa01',
  environment: 'production',
  actionHash: `sha256:${'0'.repeat(64)}`,
  digest: `sha256:${'0'.repeat(64)}`,
  sha256: '0'.repeat(64),
  email: 'ada@example.com',
  url: 'https://acme.com/',
  createdBy: 'usr_01k9z4v3m8x2c7q5t1w6y0b4na',
  version: '2026-11-01',
};
const INSTANT = '2026-11-21T17:20:00.123Z';
const IS_INSTANT = /(^timestamp|^at|^since|At|Until|After|Before)$/;
const DEPTH_MAX = 20;

/** A value that the schema allows: with every member that has to be there. */
export function exampleOf(schema: unknown, name = '', root = schema, depth = 0): unknown {
  // A schema is plain data; what is missing in it is undefined.
  const one = schema as Schema;
  const into = (inner: unknown, as = name) => exampleOf(inner, as, root, depth + 1);
  if (depth > DEPTH_MAX) return null;
  if (one.const !== undefined) return one.const;
  if (one.example !== undefined) return one.example;
  if (one.$ref !== undefined) return into(referred(root, one.$ref));
  if (one.enum !== undefined) return one.enum[0];
  const choices = one.anyOf ?? one.oneOf ?? one.allOf;
  // What may be null is shown as it is otherwise.
  if (choices !== undefined) return into(choices.find(({ type }) => type !== 'null'));
  const type = typeof one.type === 'string' ? one.type : one.type?.find((kind) => kind !== 'null');
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(one.properties ?? {}).map(([key, inner]) => [key, into(inner, key)]),
      );
    case 'array':
      return one.items === undefined ? [] : [into(one.items)];
    case 'string':
      return wordFor(name);
    case 'integer':
    case 'number':
      return Math.max(1, one.minimum ?? 1);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

const wordFor = (name: string): string =>
  Object.hasOwn(WORDS, name) ? (WORDS[name] ?? name) : IS_INSTANT.test(name) ? INSTANT : name;

function referred(root: unknown, ref: string): unknown {
  let value: unknown = root;
  for (const name of ref.split('/').slice(1)) {
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  }
  return value ?? {};
}
