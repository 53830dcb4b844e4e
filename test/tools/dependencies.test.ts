// T29: what others wrote and we run. A new dependency of the Worker, a range in place of a version, or a package that runs a
// script at its installation is a decision, and is made here.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSource } from '../architecture/source.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WORKER = ['@hono/zod-openapi', '@simplewebauthn/server', 'hono', 'jose', 'zod'];
const COMMAND = ['commander', 'picocolors'];

type Names = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies: Names;
  readonly devDependencies: Names;
  readonly scripts: Names;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly integrity?: string; readonly hasInstallScript?: true } & Manifest>
  >;
}

const readJson = <T>(file: string): T =>
  JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as T;
const manifest = readJson<Manifest>('package.json');
const { '': own, ...locked } = readJson<Lock>('package-lock.json').packages;

/** The packages that the files of a folder import, lazily or not. */
function packagesOf(folder: string): readonly string[] {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  const specifiers = files
    .filter((file) => /\.[jt]s$/.test(file))
    .map((file) => path.join(folder, file))
    .flatMap((file) => readSource(file, readFileSync(path.join(ROOT, file), 'utf8')).imports)
    .map(({ specifier }) => specifier)
    .filter((specifier) => !/^(\.|node:|cloudflare:)/.test(specifier));
  const names = specifiers.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '');
  return [...new Set(names)].sort();
}

describe('T29: dependencies', () => {
  it('the Worker has five, the command two, and the rules of verifying none', () => {
    expect(packagesOf('src')).toEqual(WORKER);
    expect(packagesOf('cli')).toEqual(COMMAND);
    expect(packagesOf('verify')).toEqual([]);
    expect(Object.keys(manifest.dependencies).sort()).toEqual(
      [...new Set([...WORKER, ...COMMAND])].sort(),
    );
  });

  it('each is of one version, and the lock file says the same', () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    for (const [name, version] of Object.entries(all)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
    expect(own?.dependencies).toEqual(manifest.dependencies);
    expect(own?.devDependencies).toEqual(manifest.devDependencies);
  });

  it('each package of the lock file is known by its digest', () => {
    const unknown = Object.entries(locked).filter(
      ([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''),
    );
    expect(unknown.map(([name]) => name)).toEqual([]);
  });

  it('none runs a script at its installation that was not decided on, and ours is none of them', () => {
    const withScript = Object.entries(locked)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([place]) => place.split('node_modules/').at(-1));
    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(withScript)].sort());
    const allowed = Object.entries(manifest.allowScripts).filter(([, may]) => may);
    expect(allowed.map(([name]) => name).sort()).toEqual(['esbuild', 'node', 'workerd']);
    const ours = Object.keys(manifest.scripts);
    expect(ours.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });
});
