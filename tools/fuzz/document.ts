// What the server promises of its answers, read from the document that it serves.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Media {
  readonly schema?: object;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content?: Readonly<Record<string, Media>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const JSON_TYPE = 'application/json';
/** RFC 9457: what refusals are under /v1. */
const PROBLEM_TYPE = 'application/problem+json';

/** Every operation of the document. */
export const callsOf = (document: Document): readonly Call[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

/** The schema of a call's body, with its references resolved, or undefined. */
export const bodySchemaOf = ({ operation }: Call): object | undefined =>
  operation.requestBody?.content?.[JSON_TYPE]?.schema;

export class Promises {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #calls: readonly (Call & { readonly pattern: RegExp; readonly literals: number })[];
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.#ajv.addSchema({ $id: 'doc', components: document.components }, 'doc');
    this.#calls = callsOf(document).map((call) => ({
      ...call,
      pattern: new RegExp(`^${call.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      literals: call.path.split('/').filter((part) => !part.startsWith('{')).length,
    }));
  }

  /** The call that a request is, if it is one: words win over parameters. */
  find(method: string, path: string): Call | undefined {
    const wanted = method === 'HEAD' ? 'GET' : method;
    return this.#calls
      .filter((call) => call.method === wanted && call.pattern.test(path))
      .toSorted((a, b) => b.literals - a.literals)[0];
  }

  #validator(key: string, schema: object): ValidateFunction {
    const known = this.#validators.get(key);
    if (known !== undefined) return known;
    const text = JSON.stringify(schema).replaceAll('"#/components', '"doc#/components');
    const made = this.#ajv.compile(JSON.parse(text));
    this.#validators.set(key, made);
    return made;
  }

  /** What is wrong with an answer, in a sentence, or undefined. */
  complain(call: Call | undefined, status: number, body: unknown): string | undefined {
    const promised = call?.operation.responses[String(status)];
    if (promised === undefined && call !== undefined && status !== 404 && status !== 405) {
      return `${call.operation.operationId} does not promise ${status}`;
    }
    const content = promised?.content ?? {};
    const own = (content[JSON_TYPE] ?? content[PROBLEM_TYPE])?.schema;
    const schema = own ?? (status >= 400 ? { $ref: '#/components/schemas/Error' } : undefined);
    if (schema === undefined) return undefined;
    const key = own === undefined ? 'error' : `${call?.operation.operationId} ${status}`;
    const validate = this.#validator(key, schema);
    return validate(body) ? undefined : this.#ajv.errorsText(validate.errors?.slice(0, 3));
  }
}
