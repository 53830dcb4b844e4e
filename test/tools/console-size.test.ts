// What a browser has to load before a person sees something, in bytes after gzip.

import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';

const KB = 1_000;
const FIRST_BYTES_MAX = 25 * KB;
const PAGE_BYTES_MAX = 8 * KB;
const STYLE_BYTES_MAX = 4 * KB;

let files: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[];

const chunkOf = (name: string): Rolldown.OutputChunk | undefined =>
  files.find((file) => file.type === 'chunk' && file.fileName === name) as
    | Rolldown.OutputChunk
    | undefined;

/** A file and all that it imports at once. */
function closureOf(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const imported of chunkOf(name)?.imports ?? []) closureOf(imported, seen);
  return seen;
}

/** What the page itself names: the shell, the board and the page of a task. */
function firstFiles(): ReadonlySet<string> {
  const page = files.find(({ fileName }) => fileName === 'index.html');
  const text = page?.type === 'asset' ? String(page.source) : '';
  const named = [...text.matchAll(/src="\/console\/([^"]+)"/g)].map(([, name = '']) => name);
  return new Set(named.flatMap((name) => [...closureOf(name)]));
}

/** What is loaded already wherever a file is asked for: the first files, and the page whose part it is. */
function thereBefore(fileName: string): ReadonlySet<string> {
  const first = firstFiles();
  const askers = files.filter(
    (file) => file.type === 'chunk' && file.dynamicImports.includes(fileName),
  );
  const all = askers.map((asker) => new Set([...first, ...closureOf(asker.fileName)]));
  const [one = first, ...others] = all;
  return new Set([...one].filter((name) => others.every((other) => other.has(name))));
}

const sizeOf = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + gzipSync(chunkOf(name)?.code ?? '').byteLength, 0);

beforeAll(async () => {
  const built = await build({
    configFile: 'console/vite.config.ts',
    logLevel: 'error',
    build: { write: false },
  });
  files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
});

describe('the console', () => {
  it('loads at most 25 kB of script for the board and the page of a task', () => {
    const all = firstFiles();
    expect(all.size).toBeGreaterThan(0);
    expect(sizeOf(all)).toBeLessThanOrEqual(FIRST_BYTES_MAX);
  });

  it('loads at most 8 kB more for any other page', () => {
    const pages = files.filter(
      (file): file is Rolldown.OutputChunk => file.type === 'chunk' && file.isDynamicEntry,
    );
    expect(pages.length).toBeGreaterThan(6);
    const sizes = pages.map(({ fileName, name }) => {
      const there = thereBefore(fileName);
      const own = [...closureOf(fileName)].filter((one) => !there.has(one));
      return [name, sizeOf(own)] as const;
    });
    expect(sizes.filter(([, size]) => size > PAGE_BYTES_MAX)).toEqual([]);
  });

  it('has at most 4 kB of style in all', () => {
    const sheets = files.filter(({ fileName }) => fileName.endsWith('.css'));
    expect(sheets).toHaveLength(1);
    const [sheet] = sheets;
    const source = sheet?.type === 'asset' ? sheet.source : '';
    expect(gzipSync(source).byteLength).toBeLessThanOrEqual(STYLE_BYTES_MAX);
  });

  it('holds nothing inline and loads nothing from elsewhere', () => {
    for (const file of files) {
      const text = file.type === 'chunk' ? file.code : String(file.source);
      // Names of the namespaces of SVG and MathML, and examples for people (RFC 2606), are no addresses that anything is loaded from.
      const addresses = text
        .replaceAll(/https?:\/\/(?:www\.w3\.org|localhost|[\w.]+\.example\.com)[\w:/]*/g, '')
        .match(/https?:\/\/\w+/g);
      expect([file.fileName, addresses ?? []]).toEqual([file.fileName, []]);
      if (file.fileName.endsWith('.html'))
        expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=/);
    }
  });
});
