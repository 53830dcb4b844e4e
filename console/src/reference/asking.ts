// What the reader fills in for one operation: it makes the samples, and the request that is tried.

import {
  type Document,
  type Operation,
  type Parameter,
  type Placed,
  resolve,
  scopesOf,
} from './document.ts';
import type { Asked } from './samples.ts';
import { exampleOf } from './schema.ts';

/** What is in the fields, by `in:name`; `body` is the body. */
export type Filled = Readonly<Record<string, string>>;

export const fieldOf = ({ in: place, name }: Parameter): string => `${place}:${name}`;

/** What can be filled in beside the body; where an answer comes in several types, also which is wanted. */
export function parametersOf(document: Document, { operation }: Placed): readonly Parameter[] {
  const listed = (operation.parameters ?? []).map((one) => resolve(document, 'parameters', one));
  const types = answerTypesOf(operation);
  if (types.length < 2) return listed;
  const description = `Answered as ${types[0]} where nothing else is asked for.`;
  return [...listed, { name: 'Accept', in: 'header', description, schema: { enum: types } }];
}

const answerTypesOf = ({ responses = {} }: Operation): readonly string[] => [
  ...new Set(
    Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, { content = {} }]) => Object.keys(content)),
  ),
];

/** Whether it is followed by WebSocket. */
export const isSocket = ({ operation }: Placed): boolean =>
  operation.responses?.['101'] !== undefined;

/** The type that a body is sent as; null: there is none. */
export function bodyTypeOf({ operation }: Placed): string | null {
  const [type] = Object.keys(operation.requestBody?.content ?? {});
  if (type === undefined) return null;
  return type === '*/*' ? 'application/octet-stream' : type;
}

/** The body that the fields begin with. */
export function bodyExample(document: Document, placed: Placed): string {
  const [content] = Object.values(placed.operation.requestBody?.content ?? {});
  const type = bodyTypeOf(placed);
  if (content?.schema === undefined || type === null) return '';
  const example = content.example ?? exampleOf(document, content.schema);
  if (type === 'application/json') return JSON.stringify(example, null, 2);
  if (type !== 'application/x-www-form-urlencoded') return '';
  return new URLSearchParams(example as Record<string, string>).toString();
}

/** What a request is sent to. */
export interface Server {
  readonly origin: string;
  /** Nobody signs in there, and a token that is not set would be refused. */
  readonly isOpen: boolean;
}

/** The request, with what is still missing in the path left as `{name}`. */
export function askedOf(
  document: Document,
  placed: Placed,
  filled: Filled,
  { origin, isOpen }: Server,
): Asked {
  const search = new URLSearchParams();
  const headers: [string, string][] = [];
  let path = placed.path;
  for (const parameter of parametersOf(document, placed)) {
    const value = filled[fieldOf(parameter)] ?? '';
    if (value === '') continue;
    if (parameter.in === 'path')
      path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query') search.append(parameter.name, value);
    else headers.push([parameter.name, value]);
  }
  const type = bodyTypeOf(placed);
  const body = type === null ? null : oneLine(filled['body'] ?? bodyExample(document, placed));
  if (type !== null && body !== null) headers.push(['Content-Type', type]);
  return {
    method: placed.method,
    url: `${origin}${path}${search.size === 0 ? '' : `?${search}`}`,
    headers,
    body,
    needsToken: !isOpen && scopesOf(placed.operation) !== null,
  };
}

/** What is missing in the path, by its names. */
export const missingIn = ({ url }: Asked): readonly string[] =>
  [...url.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** JSON without the line breaks that make it readable; anything else, and nothing, as it is. */
function oneLine(text: string): string | null {
  if (text === '') return null;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
