// The description of the API as this page reads it: what `/openapi.json` of this very server holds, and no more of OpenAPI.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

export interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;

export interface Answer {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses?: Readonly<Record<string, Answer>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

export interface Document {
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Paths;
  readonly webhooks?: Paths;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters?: Readonly<Record<string, Parameter>>;
    readonly responses?: Readonly<Record<string, Answer>>;
  };
}

/** An operation with its place. */
export interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const placedIn = (paths: Paths): readonly Placed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

/** What can be asked, by path: a collection comes before what is in it. */
export const operationsOf = (document: Document): readonly Placed[] =>
  [...placedIn(document.paths)].sort((one, other) =>
    one.path === other.path ? 0 : one.path < other.path ? -1 : 1,
  );

/** What this server sends to the endpoints of webhooks. */
export const eventsOf = (document: Document): readonly Placed[] =>
  placedIn(document.webhooks ?? {});

/** The last word of a reference: `#/components/schemas/Task` is `Task`. */
export const nameIn = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

type Kind = 'schemas' | 'parameters' | 'responses';

/** What a reference leads to; what is none is itself. */
export function resolve<T extends { readonly $ref?: string }>(
  document: Document,
  kind: Kind,
  value: T,
): T {
  if (value.$ref === undefined) return value;
  const found = document.components[kind]?.[nameIn(value.$ref)];
  // A reference leads to its own kind: a test of the server follows each.
  return found === undefined ? value : (found as unknown as T);
}

/** The scopes that an operation asks for; null: it needs nobody to be known. */
export function scopesOf({ security = [] }: Operation): readonly string[] | null {
  if (security.length === 0) return null;
  return [...new Set(security.flatMap((one) => Object.values(one).flat()))];
}
