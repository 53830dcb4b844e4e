// What a browser has to load to read the reference of the API, beside the document itself, in bytes after gzip.

import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';

const BYTES_MAX = 20_000;

it('the reference loads at most 20 kB, from nowhere else, and nothing inline', async () => {
  const built = await build({
    configFile: 'console/vite.docs.config.ts',
    logLevel: 'error',
    build: { write: false },
  });
  const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  const texts = files.map((file) => (file.type === 'chunk' ? file.code : String(file.source)));
  const size = texts.reduce((sum, text) => sum + gzipSync(text).byteLength, 0);
  expect(size).toBeLessThanOrEqual(BYTES_MAX);
  expect(size).toBeGreaterThan(BYTES_MAX / 4);
  const page = texts[files.findIndex(({ fileName }) => fileName === 'docs.html')] ?? '';
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style| style=/);
  expect(page.match(/(?:src|href)="[^"]+"/g)?.every((one) => one.includes('="/'))).toBe(true);
});
