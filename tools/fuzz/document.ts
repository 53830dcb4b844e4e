// What the server promises of its answers, read from the document that it serves.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Media {
  readonly schema?: object;
}

interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

/** An answer with a body of JSON, and its media type. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content?: Readonly<Record<string, Media>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses?: Readonly<Record<string, Response>>;
  };
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation of the document. */
export const callsOf = (document: Document): readonly Call[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

/** The form in which a call takes its body, or undefined. */
export const bodyOf = ({ operation }: Call): { type: string; schema: object } | undefined => {
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
    if (schema !== undefined) return { type, schema };
  }
  return undefined;
};

const ERROR = { $ref: '#/components/schemas/Error' };

/** A refusal that is not promised: where there is no such operation, OAuth endpoints refuse in their own words. */
const refusalOf = (call: Call | undefined): object =>
  call === undefined ? { anyOf: [ERROR, { $ref: '#/components/schemas/OAuthError' }] } : ERROR;

export class Promises {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #calls: readonly (Call & { readonly pattern: RegExp; readonly literals: number })[];
  readonly #shared: Readonly<Record<string, Response>>;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.#shared = document.components.responses ?? {};
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

  #promised(call: Call | undefined, status: number): Response | undefined {
    const said = call?.operation.responses[String(status)];
    return said?.$ref === undefined ? said : this.#shared[said.$ref.split('/').at(-1) ?? ''];
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
  complain(call: Call | undefined, { status, type, body }: Answer): string | undefined {
    const promised = this.#promised(call, status);
    if (promised === undefined && call !== undefined && status !== 404 && status !== 405) {
      return `${call.operation.operationId} does not promise ${status}`;
    }
    const content = promised?.content ?? {};
    if (promised !== undefined && !(type in content)) {
      return `${call?.operation.operationId} does not promise ${type} for ${status}`;
    }
    const own = content[type]?.schema;
    const schema = own ?? (status >= 400 ? refusalOf(call) : undefined);
    if (schema === undefined) return undefined;
    const kind = call === undefined ? 'error of no operation' : 'error';
    const key = own === undefined ? kind : `${call?.operation.operationId} ${status}`;
    const validate = this.#validator(key, schema);
    return validate(body) ? undefined : this.#ajv.errorsText(validate.errors?.slice(0, 3));
  }
}
