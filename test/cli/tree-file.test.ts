// Which files of a work tree may be given away.

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readTreeFile } from '../../cli/run/tree-file.ts';
import { temporaryDir } from './temp-repo.ts';

function scene() {
  const outside = temporaryDir();
  writeFileSync(path.join(outside, 'secret'), 'key');
  const tree = temporaryDir();
  mkdirSync(path.join(tree, 'out'));
  writeFileSync(path.join(tree, 'out', 'report.txt'), 'all well');
  writeFileSync(path.join(tree, '.git'), 'gitdir: elsewhere');
  symlinkSync(path.join(outside, 'secret'), path.join(tree, 'link'));
  symlinkSync(outside, path.join(tree, 'door'));
  symlinkSync('out/report.txt', path.join(tree, 'inner'));
  execFileSync('mkfifo', [path.join(tree, 'pipe')]);
  return { tree, outside };
}

it('reads a file of the tree', async () => {
  const { tree } = scene();
  for (const name of ['out/report.txt', './out/../out/report.txt']) {
    expect(String(await readTreeFile(tree, name, 100))).toBe(String(Buffer.from('all well')));
  }
  expect(await readTreeFile(tree, 'out/report.txt', 7)).toBe('is larger than 7 bytes');
});

it.each(['../secret', '/etc/passwd', '.git', '.git/config', '..', 'a\0b', 'out/../../secret'])(
  'does not leave the tree: %j',
  async (name) => {
    expect(await readTreeFile(scene().tree, name, 100)).toBe('is not inside the work tree');
  },
);

it.each(['link', 'door/secret', 'inner'])('follows no link: %s', async (name) => {
  expect(await readTreeFile(scene().tree, name, 100)).toBe('is reached by a symbolic link');
});

it('reads nothing but files, and waits for nothing', async () => {
  const { tree } = scene();
  expect(await readTreeFile(tree, 'out', 100)).toBe('is no file');
  expect(await readTreeFile(tree, 'pipe', 100)).toBe('is no file');
  expect(await readTreeFile(tree, 'missing', 100)).toBe('cannot be read (ENOENT)');
});
