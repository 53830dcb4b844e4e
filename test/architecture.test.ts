// The house holds: who imports whom, how long things are, and what the core never does.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConsole } from './architecture/console.ts';
import { checkPurity } from './architecture/purity.ts';
import { checkRooms } from './architecture/rooms.ts';
import { checkShape } from './architecture/shape.ts';
import { type Fault, readSource } from './architecture/source.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

function filesOf(folder: string): readonly string[] {
  const found = readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile() && /\.[jt]sx?$/.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules'));
}

function faultsOf(file: string, text: string): readonly string[] {
  const source = readSource(file, text);
  const faults: readonly Fault[] = [
    ...checkRooms(source),
    ...checkPurity(source),
    ...checkShape(source),
    ...checkConsole(source),
  ];
  return faults.map((fault) => `${fault.path}:${fault.line} ${fault.rule}`);
}

describe('the source', () => {
  it.each(['src', 'console', 'verify', 'cli', 'tools', 'bench'])('%s keeps the rules', (folder) => {
    const faults = filesOf(folder).flatMap((file) =>
      faultsOf(file, readFileSync(path.join(ROOT, file), 'utf8')),
    );
    expect(faults).toEqual([]);
  });
});

describe('each rule, broken on purpose', () => {
  const domain = 'src/domain/planted.ts';
  const route = 'src/routes/planted.ts';

  it.each<[string, string, string, string]>([
    ['the clock in the core', domain, 'const t = Date.now();', 'reads the clock'],
    ['the clock by new Date()', domain, 'const t = new Date();', 'reads the clock'],
    ['the clock by Date()', domain, 'const t = Date();', 'reads the clock'],
    ['randomness', 'src/contract/planted.ts', 'Math.random();', 'is random'],
    ['an id made in the core', domain, 'crypto.randomUUID();', 'is random'],
    ['a timer', domain, 'setTimeout(go, 1);', 'waits'],
    ['a promise', domain, 'export async function go() {}', 'waits'],
    ['the network', domain, 'fetch(url);', 'asks the network'],
    ['the platform', domain, "import { env } from 'cloudflare:workers';", 'knows the platform'],
    ['hashing elsewhere', domain, "import { createHash } from 'node:crypto';", 'may not import'],
    [
      'more than hashing',
      'src/domain/digest.ts',
      "import { createHash, randomBytes } from 'node:crypto';",
      'may not import',
    ],
    ['an object in a route', route, "import '../objects/task/task-object.ts';", 'may not import'],
    ['a table in a route', route, "import { a } from '../db/runners.ts';", 'may not import'],
    [
      'a file of another object',
      'src/objects/webhook/a.ts',
      "import { A } from '../task/task-store.ts';",
      'objects may not import ../task/task-store.ts',
    ],
    [
      'a file of one object in what they share',
      'src/objects/a.ts',
      "import { A } from './task/task-store.ts';",
      'objects may not import ./task/task-store.ts',
    ],
    ['the core in a route', route, "import type { A } from '../domain/task.ts';", 'may not import'],
    ['hono in an action', 'src/actions/a.ts', "import { Hono } from 'hono';", 'may not import'],
    [
      'an object in an action',
      'src/actions/a.ts',
      "import { TaskObject } from '../objects/task/task-object.ts';",
      'may not import',
    ],
    [
      'the platform in an action',
      'src/actions/a.ts',
      "export { env } from 'cloudflare:workers';",
      'may not import cloudflare:workers',
    ],
    ['a lazy import', 'src/db/a.ts', "await import('hono/cors');", 'may not import hono/cors'],
    ['a new room', 'src/services/a.ts', 'export {};', 'is no room of the table'],
    ['the Worker in the cli', 'cli/a.js', "import { app } from '../src/app.ts';", 'may not import'],
    [
      'the contract as values in the cli',
      'cli/a.ts',
      "import { Task } from '../src/contract/task.ts';",
      'may not import',
    ],
    [
      'the core in the console',
      'console/src/a.ts',
      "import { a } from '../../src/domain/a.ts';",
      'may not import',
    ],
    ['Node in what checks exports', 'verify/a.ts', "import 'node:crypto';", 'may not import node:'],
    [
      'the core in what checks exports',
      'verify/a.ts',
      "import { a } from '../src/domain/a.ts';",
      'verify may not import',
    ],
    ['markup out of text', 'console/src/a.tsx', 'a.innerHTML = b;', 'no place for markup'],
    ['a style in an attribute', 'console/src/a.tsx', '<p style={b} />;', 'no place for a style'],
    ['code out of text', 'console/src/a.tsx', 'new Function(b);', 'no place for code'],
    ['a file too long', route, 'a();\n'.repeat(251), 'at most 250 lines'],
    ['a function too long', route, `function a() {\n${'b();\n'.repeat(59)}}`, 'at most 60 lines'],
    ['an arrow too long', route, `const a = () => {\n${'b();\n'.repeat(59)}};`, 'at most 60 lines'],
    [
      'a method too long',
      route,
      `class A { go(b: (c: C) => D): Promise<E> {\n${'b();\n'.repeat(59)}} }`,
      'at most 60 lines',
    ],
    ['any', route, 'const a: any = 1;', '`any` is not used'],
    ['as any', route, 'const a = b as any;', '`any` is not used'],
    ['a list of any', route, 'function a(b: any[]) {}', '`any` is not used'],
    ['a non-null assertion', route, 'const a = b.get(c)!.d;', 'a non-null assertion is not used'],
    ['one at the end', route, 'const a = b[0]!;', 'a non-null assertion is not used'],
    ['SQL out of a template', 'src/db/a.ts', 'db.prepare(`SELECT 1`);', 'SQL out of a template'],
    [
      'D1 beside its door',
      'src/actions/a.ts',
      'await env.DB.prepare(FIND).first();',
      'D1 is reached',
    ],
    ['D1 taken out of the bindings', 'src/auth/a.ts', 'const { DB } = env;', 'D1 is reached'],
    ['a name that says nothing', 'src/db/utils.ts', 'export {};', 'says nothing'],
    ['a barrel', 'src/db/index.ts', 'export {};', 'says nothing'],
  ])('%s', (_name, file, text, rule) => {
    const faults = faultsOf(file, text);
    expect(faults.join('\n')).toContain(rule);
    expect(faults[0]).toMatch(new RegExp(`^${file}:\\d+ `));
  });

  it.each<[string, string, string]>([
    ['a date out of a value', domain, 'const t = new Date(now).toISOString();'],
    ['words in comments and strings', domain, "// await Date.now()\nconst a = 'fetch(x) any!';"],
    ['hashing in its file', 'src/domain/digest.ts', "import { createHash } from 'node:crypto';"],
    ['an inequality', route, 'if (a !== b && !c) d();'],
    ['a block of 60 lines that is no function', route, `if (a) {\n${'b();\n'.repeat(70)}}`],
    ['D1 in its door', 'src/db/database.ts', 'export const platformDb = (env) => env.DB;'],
    ['SQL out of a constant', 'src/db/a.ts', 'db.prepare(FIND).bind(id);'],
    [
      'the types of the contract in the cli',
      'cli/a.ts',
      "import type { Task } from '../src/contract/task.ts';",
    ],
  ])('%s is allowed', (_name, file, text) => {
    expect(faultsOf(file, text)).toEqual([]);
  });

  it('the fault names the line', () => {
    expect(faultsOf(domain, 'const a = 1;\nconst b = Date.now();')).toEqual([
      `${domain}:2 a pure file reads the clock: Date.now`,
    ]);
  });
});
