// Every operation of the document that the Worker itself serves, as the walks ask them.

import { SCOPES, type Scope } from '../../../src/contract/principal.ts';
import { read } from '../world.ts';

interface Described {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly Scope[]>>[];
  readonly parameters?: readonly {
    readonly in?: string;
    readonly name?: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

/** What lets a caller in: a scope, any credential, the cookie of a sign-in, or nothing at all. */
export type Door = 'scope' | 'any' | 'cookie' | 'open';

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly door: Door;
  readonly scopes: readonly Scope[];
  /** The names in braces. */
  readonly params: readonly string[];
  readonly query: readonly string[];
  /** Those of the query that have to be there. */
  readonly needed: readonly string[];
  readonly hasBody: boolean;
  readonly isSocket: boolean;
}

const { body } = await read<Document>('/openapi.json');

export const OPERATIONS: readonly Operation[] = Object.entries(body.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, described]) => operationOf(method, path, described)),
);

function operationOf(method: string, path: string, described: Described): Operation {
  const { operationId: id, security, parameters = [], requestBody, responses } = described;
  const scopes = [...new Set(security.flatMap(({ bearer = [] }) => bearer))];
  const inQuery = parameters.filter((one) => one.in === 'query');
  return {
    id,
    method: method.toUpperCase(),
    path,
    door: doorOf(security, scopes),
    scopes,
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    query: inQuery.map(({ name = '' }) => name),
    needed: inQuery.filter(({ required }) => required).map(({ name = '' }) => name),
    hasBody: requestBody !== undefined,
    isSocket: '101' in responses,
  };
}

function doorOf(security: Described['security'], scopes: readonly Scope[]): Door {
  if (scopes.length > 0) return 'scope';
  if (security.some((one) => 'bearer' in one)) return 'any';
  return security.length > 0 ? 'cookie' : 'open';
}

const isScoped = ({ door }: Operation): boolean => door === 'scope';

export const GUARDED = OPERATIONS.filter(({ door }) => door !== 'open');
export const SCOPED = OPERATIONS.filter(isScoped);
export const SOCKETS = SCOPED.filter(({ isSocket }) => isSocket);
export const CALLS = SCOPED.filter(({ isSocket }) => !isSocket);

/** A scope that this operation does not ask for. */
export const otherScope = ({ scopes }: Operation): Scope => {
  const [other] = SCOPES.filter((scope) => !scopes.includes(scope));
  if (other === undefined) throw new Error('It asks for all of them.');
  return other;
};
