// The reference as text, for those who read no pages: agents, and people at a terminal. Made of the document alone.

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}
interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
  readonly description?: string;
}
interface Answer {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Answer['content'] };
  readonly responses?: Readonly<Record<string, Answer>>;
}

/** The members of the document that are written down here. */
export interface Described {
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses?: Readonly<Record<string, Answer>>;
  };
}

const RULES = `- Who asks: \`Authorization: Bearer <token>\`. In open mode, on one's own machine, nothing is needed.
- Twice the same: a POST or PATCH with the same \`Idempotency-Key\` does nothing twice, for a day.
- Refusals are JSON: \`error\` in words, \`code\` for programs, \`hint\` what to do, \`requestId\`; with
  \`Accept: application/problem+json\` as RFC 9457 has it. \`/problems/<code>\` explains each.
- Long lists: \`nextCursor\` of one page is the \`cursor\` of the next.
- What is asked too often is 429 with \`Retry-After\`.`;

/** \`/docs.md\`: everything that can be asked, by tag; the schemas; the events that webhooks tell. */
export function writeMarkdown(described: Described, origin: string): string {
  const { info, tags, components } = described;
  return [
    `# ${info.title} API ${info.version}`,
    info.description ?? '',
    `Server: ${origin}. For programs: ${origin}/openapi.json.`,
    RULES,
    ...tags.flatMap((tag) => [
      `## ${tag.name}`,
      tag.description ?? '',
      ...operationsOf(described, tag.name).map((one) => writeOperation(described, one)),
    ]),
    '## Events',
    'Sent to the endpoints of webhooks that want them, signed.',
    Object.entries(described.webhooks ?? {})
      .map(([name, { post }]) => `- \`${name}\`: ${post?.summary ?? ''}`)
      .join('\n'),
    '## Schemas',
    ...Object.entries(components.schemas).map(([name, schema]) => writeSchema(name, schema)),
    '',
  ].join('\n\n');
}

/** \`/llms.txt\` (llmstxt.org): what this is, and where to read on. */
export function writeLlmsText(described: Described, origin: string): string {
  const { info, tags } = described;
  const lines = tags.map(({ name, description = '' }) => {
    const verbs = operationsOf(described, name).map(({ operation }) => operation.operationId);
    return `- [${name}](${origin}/docs.md#${name}): ${description} ${verbs.join(', ')}`;
  });
  return `# ${info.title}

> ${info.description ?? ''} Work is asked for as tasks; runners claim and do them; people decide at gates; everything is an event.

${RULES}

## Reference

- [The reference as one text](${origin}/docs.md): every operation, its refusals, every schema
- [OpenAPI 3.1](${origin}/openapi.json): the same for programs
- [The reference as a page](${origin}/docs/): for people, with samples in seven languages

## Operations

${lines.join('\n')}
`;
}

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const operationsOf = ({ paths }: Described, tag: string): readonly Placed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags = [] }]) => tags.includes(tag))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

function writeOperation(described: Described, { method, path, operation }: Placed): string {
  const { operationId, summary = '', description = '', security = [], parameters = [] } = operation;
  const scopes = [...new Set(security.flatMap((one) => Object.values(one).flat()))];
  const [body] = Object.entries(operation.requestBody?.content ?? {});
  return [
    `### ${summary}`,
    `\`${method} ${path}\` (\`${operationId}\`), ${security.length === 0 ? 'for everybody' : `scope ${scopes.map(code).join(', ') || 'none'}`}`,
    description === summary ? '' : description,
    parameters
      .filter(({ $ref }) => $ref === undefined)
      .map(writeParameter)
      .join('\n'),
    body === undefined ? '' : `Body, ${body[0]}:\n${writeType(body[1].schema ?? {})}`,
    Object.entries(operation.responses ?? {})
      .map(([status, answer]) => writeAnswer(described, status, answer))
      .join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const code = (text: string): string => `\`${text}\``;

const writeParameter = ({ name, in: place, required, description = '' }: Parameter): string =>
  `- ${place} \`${name}\`${required ? ', required' : ''}${description === '' ? '' : `: ${description}`}`;

function writeAnswer({ components }: Described, status: string, answer: Answer): string {
  const name = answer.$ref === undefined ? '' : nameIn(answer.$ref);
  const { description = '', content = {} } = components.responses?.[name] ?? answer;
  const types = Object.entries(content).map(
    ([type, { schema = {} }]) => `${type} ${code(typeOf(schema))}`,
  );
  const isRefusal = /^[45]/.test(status);
  return `- ${status}: ${description}${isRefusal || types.length === 0 ? '' : ` ${types.join(', ')}`}`;
}

const writeSchema = (name: string, schema: Schema): string =>
  [`### ${name}`, schema.description ?? '', writeType(schema)]
    .filter((part) => part !== '')
    .join('\n\n');

/** The members of an object, a line each; of anything else, its type. */
function writeType(schema: Schema): string {
  const members = membersOf(schema);
  if (members.length === 0) return `- ${code(typeOf(schema))}`;
  return members
    .map(([name, member, isRequired]) => {
      const { description } = member;
      const said = description === undefined ? '' : `: ${description}`;
      return `- \`${name}\` ${code(typeOf(member))}${isRequired ? ', required' : ''}${said}`;
    })
    .join('\n');
}

const membersOf = ({
  allOf = [],
  properties = {},
  required = [],
}: Schema): readonly (readonly [string, Schema, boolean])[] => [
  ...allOf.flatMap(membersOf),
  ...Object.entries(properties).map(
    ([name, member]) => [name, member, required.includes(name)] as const,
  ),
];

const nameIn = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

function typeOf(schema: Schema): string {
  const { $ref, type = [], items, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return nameIn($ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined)
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' | ');
  if (allOf !== undefined) return allOf.map(typeOf).join(' & ');
  if (items !== undefined) return `list of ${typeOf(items)}`;
  return [type].flat().join(' | ') || 'anything';
}
