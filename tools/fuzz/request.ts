// One request: an operation of the document with ids that exist, spoiled here and there.
import type { Random } from '../faults/random.ts';
import { bodySchemaOf, type Call, type Document } from './document.ts';
import { anyText, anyValue, brokenText, fromSchema } from './mutate.ts';

/** Ids of things that exist, by the name of the parameter that takes them. */
export interface Known {
  readonly tasks: readonly [string, ...string[]];
  readonly templates: readonly [string, ...string[]];
  readonly runners: readonly [string, ...string[]];
  readonly tokens: readonly [string, ...string[]];
  readonly gates: readonly [string, ...string[]];
  readonly works: readonly [string, ...string[]];
  readonly agents: readonly [string, ...string[]];
  readonly holder: { readonly leaseId: string; readonly epoch: number };
  readonly projectId: string;
}

export interface Request {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const;
const TYPES = [
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'text/plain',
  'x',
  '',
] as const;

const idFor = (path: string, name: string, known: Known, random: Random): string => {
  if (name === 'gateName') return random.pick(known.gates);
  if (name === 'workId') return random.pick(known.works);
  if (name === 'name') return random.pick(known.agents);
  if (path.startsWith('/templates')) return random.pick(known.templates);
  if (path.startsWith('/runners')) return random.pick(known.runners);
  return random.pick(known.tasks);
};

const pathOf = (call: Call, known: Known, random: Random): string => {
  const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = random.isChance(0.9) ? idFor(call.path, name, known, random) : anyText(random);
    return encodeURIComponent(id.toWellFormed().slice(0, 2_000));
  });
  if (!random.isChance(0.03)) return path;
  const at = random.between(1, path.length);
  return `${path.slice(0, at)}${random.pick(['/', '%', '%00', '..', '%2e%2e', ';', '//'])}${path.slice(at)}`;
};

const queryOf = (call: Call, known: Known, random: Random): string => {
  const query = new URLSearchParams();
  for (const { in: place, name } of call.operation.parameters ?? []) {
    if (place !== 'query' || !random.isChance(0.4)) continue;
    if (name === 'wait') continue;
    const good = {
      projectId: known.projectId,
      leaseId: known.holder.leaseId,
      epoch: '1',
      limit: '5',
    };
    const value = Object.entries(good).find(([key]) => key === name)?.[1] ?? '0';
    query.append(name, random.isChance(0.5) ? value : anyText(random).toWellFormed().slice(0, 500));
    if (random.isChance(0.05)) query.append(name, value);
  }
  if (random.isChance(0.05)) query.append(anyText(random).toWellFormed().slice(0, 50), 'x');
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
};

const HOLDERS = /\/(lease|events|work)(\/|$)/;

const bodyOf = (
  call: Call,
  document: Document,
  known: Known,
  random: Random,
): string | Uint8Array<ArrayBuffer> | undefined => {
  const schema = bodySchemaOf(call);
  if (schema === undefined) return random.isChance(0.1) ? '{}' : undefined;
  const resolve = (ref: string) => document.components.schemas[ref.split('/').at(-1) ?? ''];
  const value = random.isChance(0.9) ? fromSchema(schema, random, resolve) : anyValue(random);
  const isHeld = HOLDERS.test(call.path) && random.isChance(0.8);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const whole = isObject
    ? { ...value, ...(isHeld ? known.holder : {}), waitMs: undefined, projectId: known.projectId }
    : value;
  const text = JSON.stringify(whole) ?? '';
  if (random.isChance(0.02)) return new Uint8Array([0xff, 0xfe, 0x7b, 0x80]);
  return random.isChance(0.06) ? brokenText(text, random) : text;
};

/** The next request of a run. */
export const nextRequest = (
  call: Call,
  document: Document,
  known: Known,
  random: Random,
): Request => {
  const method = random.isChance(0.03) ? random.pick(METHODS) : call.method;
  const headers: Record<string, string> = {};
  if (random.isChance(0.97)) headers['content-type'] = 'application/json';
  else headers['content-type'] = random.pick(TYPES);
  const isRunners = HOLDERS.test(call.path) || call.path.endsWith('/claim');
  if (isRunners ? random.isChance(0.9) : random.isChance(0.03)) {
    headers['authorization'] = `Bearer ${random.pick(known.tokens)}`;
  } else if (random.isChance(0.02)) headers['authorization'] = 'Bearer slc_run_nothing';
  if (random.isChance(0.02)) headers['last-event-id'] = random.pick(['x', '-1', '99999999', '0']);
  const target = pathOf(call, known, random) + queryOf(call, known, random);
  const body =
    method === 'GET' || method === 'HEAD' ? undefined : bodyOf(call, document, known, random);
  return { method, target, headers, ...(body === undefined ? {} : { body }) };
};
