// `npm run screenshots`: the pictures of the README, taken of a story that a real runner plays on a server of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild } from './child-process.ts';
import { findFreePort } from './dev/port.ts';
import { PACKAGE_ROOT } from './package-root.ts';
import { takePictures } from './screenshots/pictures.ts';
import { playStory } from './screenshots/story.ts';

const FOLDER = join(PACKAGE_ROOT, 'docs', 'pictures');
const READY_MS = 120_000;

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.length > 0) {
    console.error('`npm run screenshots` takes no arguments.');
    return 1;
  }
  const dir = mkdtempSync(join(tmpdir(), 'sluice-pictures-'));
  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  const server = startChild({
    command: process.execPath,
    args: [
      ...[join(PACKAGE_ROOT, 'tools', 'start.js'), 'dev'],
      ...['--port', String(port), '--persist-to', join(dir, 'state')],
    ],
    cwd: PACKAGE_ROOT,
    env: { ...process.env, SLUICE_DEMO: '0', AUTH_MODE: 'open' },
    output: 'keep',
  });
  try {
    await answers(url, () => server.tail());
    const story = await playStory(url, dir);
    const names = await takePictures({ url, story, folder: FOLDER });
    await story.stop();
    for (const name of names) console.log(`docs/pictures/${name}.png`);
    return 0;
  } finally {
    await server.end(5_000);
    rmSync(dir, { recursive: true, force: true });
  }
};

const answers = async (url: string, said: () => string): Promise<void> => {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) return;
    if (performance.now() > deadline) throw new Error(`The server does not answer.\n${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};
