// One request: an operation of the document with ids that exist, spoiled here and there.
import type { Random } from '../faults/random.ts';
import { bodyOf as bodyFormOf, type Call, type Document } from './document.ts';
import { fillForm } from './form.ts';
import { anyText, anyValue, brokenText, fromSchema } from './mutate.ts';

type Some = readonly [string, ...string[]];

/** What exists, by the name of what takes it. */
export interface Known {
  readonly tasks: Some;
  readonly templates: Some;
  readonly runners: Some;
  readonly tokens: Some;
  readonly gates: Some;
  readonly works: Some;
  readonly agents: Some;
  readonly holder: { readonly leaseId: string; readonly epoch: number };
  readonly projectId: string;
  readonly access: Access;
}

/** What the access layer has given out. */
export interface Access {
  readonly projects: Some;
  readonly environments: Some;
  readonly members: Some;
  readonly invitations: Some;
  readonly clients: Some;
  readonly clientSecrets: Some;
  readonly secretIds: Some;
  readonly pats: Some;
  readonly patIds: Some;
  readonly signinCookie: string;
  /** Values that fields of forms and bodies take by their name: codes, tokens, assertions. */
  readonly fields: Readonly<Record<string, Some>>;
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
  'application/x-www-form-urlencoded;charset=UTF-8',
  'text/plain',
  'x',
  '',
] as const;

/** Which ids a path takes, by the way it begins or the name of its parameter; tasks where nothing says otherwise. */
const idsFor = (path: string, name: string, known: Known): Some => {
  const { access } = known;
  const byName: Readonly<Record<string, Some>> = {
    ...{ gateName: known.gates, workId: known.works, projectId: access.projects },
    ...{ principalId: access.members, secretId: access.secretIds, problem: ['not-found', 'x'] },
  };
  const byPath: Readonly<Record<string, Some>> = {
    ...{ '/templates': known.templates, '/runners': known.runners, '/agents': known.agents },
    ...{ '/v1/clients': access.clients, '/v1/tokens': access.patIds },
    ...{ '/v1/projects': name === 'name' ? access.environments : access.invitations },
  };
  const own = Object.entries(byPath).find(([start]) => path.startsWith(start));
  return byName[name] ?? own?.[1] ?? known.tasks;
};

const pathOf = (call: Call, known: Known, random: Random): string => {
  const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const isGood = random.isChance(0.9);
    const id = isGood ? random.pick(idsFor(call.path, name, known)) : anyText(random);
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
      page: '1',
      from: '2026-01-01T00:00:00Z',
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

/** Members that make a body one of something that exists; under /v1 only those that it has a name for. */
const fitting = (call: Call, value: object, known: Known, random: Random): object => {
  const { fields, projects } = known.access;
  const named = Object.entries(fields)
    .filter(([name]) => name in value && random.isChance(0.7))
    .map(([name, values]) => [name, random.pick(values)] as const);
  const own = Object.fromEntries(named);
  if (call.path.startsWith('/v1/')) {
    return {
      ...value,
      ...own,
      ...('projectId' in value ? { projectId: random.pick(projects) } : {}),
    };
  }
  const isHeld = HOLDERS.test(call.path) && random.isChance(0.8);
  const holder = isHeld ? known.holder : {};
  return { ...value, ...holder, waitMs: undefined, projectId: known.projectId };
};

const bodyOf = (
  call: Call,
  document: Document,
  known: Known,
  random: Random,
): string | Uint8Array<ArrayBuffer> | undefined => {
  const form = bodyFormOf(call);
  if (form === undefined) return random.isChance(0.1) ? '{}' : undefined;
  const resolve = (ref: string) => document.components.schemas[ref.split('/').at(-1) ?? ''];
  const isRight = random.isChance(0.9);
  const value = isRight ? fromSchema(form.schema, random, resolve) : anyValue(random);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const whole = isObject ? fitting(call, value, known, random) : value;
  if (random.isChance(0.02)) return new Uint8Array([0xff, 0xfe, 0x7b, 0x80]);
  if (form.type.endsWith('form-urlencoded')) return fillForm(whole, known.access, random);
  const text = JSON.stringify(whole) ?? '';
  return random.isChance(0.06) ? brokenText(text, random) : text;
};

/** Under which name the request comes: mostly none, which is the local owner. */
const credentialsOf = (call: Call, known: Known, random: Random): Record<string, string> => {
  const { pats, signinCookie } = known.access;
  const isRunners = HOLDERS.test(call.path) || call.path.endsWith('/claim');
  if (isRunners ? random.isChance(0.9) : random.isChance(0.03)) {
    return { authorization: `Bearer ${random.pick(known.tokens)}` };
  }
  const wantsCookie = /^\/v1\/auth\/(passkeys|signins|signout)/.test(call.path);
  if (random.isChance(wantsCookie ? 0.8 : 0.02)) {
    return { cookie: signinCookie, 'sec-fetch-site': 'same-origin' };
  }
  if (random.isChance(0.05)) return { authorization: `Bearer ${random.pick(pats)}` };
  const broken = ['Bearer slc_run_nothing', 'Bearer a.b.c', 'Basic !', 'DPoP x', 'Bearer'] as const;
  return random.isChance(0.02) ? { authorization: random.pick(broken) } : {};
};

/** Headers that mean something, now and then, and mean nothing as often. */
const extrasOf = (call: Call, known: Known, random: Random): Record<string, string> => {
  const { access } = known;
  const wanted = {
    'last-event-id': ['x', '-1', '99999999', '0'],
    'if-match': ['*', '"v1"', 'W/"v1"', 'v1', '"v99999999999999999999"', ''],
    'if-none-match': ['*', '"v1"', 'x'],
    'idempotency-key': ['a', 'b', '"c"', '', 'x'.repeat(300)],
    'aethex-environment': [...access.environments, 'none', '__proto__', 'É'],
    'sluice-version': ['2026-11-01', '1999-01-01', ''],
    traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x'],
    dpop: ['x', 'a.b.c'],
    origin: ['http://localhost:3000', 'https://evil.test', 'null'],
  } as const satisfies Record<string, readonly string[]>;
  const often = call.method === 'GET' ? 0.01 : 0.05;
  const chosen = Object.entries(wanted).filter(([name]) =>
    random.isChance(name === 'if-match' && call.method === 'DELETE' ? 0.5 : often),
  );
  return Object.fromEntries(
    chosen.map(([name, [first = '', ...more]]) => [name, random.pick([first, ...more])]),
  );
};

/** The next request of a run. */
export const nextRequest = (
  call: Call,
  document: Document,
  known: Known,
  random: Random,
): Request => {
  const method = random.isChance(0.03) ? random.pick(METHODS) : call.method;
  const type = bodyFormOf(call)?.type ?? 'application/json';
  const headers = {
    'content-type': random.isChance(0.97) ? type : random.pick(TYPES),
    ...credentialsOf(call, known, random),
    ...extrasOf(call, known, random),
  };
  const target = pathOf(call, known, random) + queryOf(call, known, random);
  const body =
    method === 'GET' || method === 'HEAD' ? undefined : bodyOf(call, document, known, random);
  return { method, target, headers, ...(body === undefined ? {} : { body }) };
};
