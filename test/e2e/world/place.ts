import { randomInt } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The clone that is tested. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

const made: string[] = [];
// Registered before any hook of a test file, so it runs after all of them.
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
});

/** An empty directory that goes with the tests of the file. */
export const makeDir = (): string => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-e2e-')));
  made.push(dir);
  return dir;
};

/** Below those that the system gives to whoever calls: one that a killed server had must still be free for the next. */
const PORT_MIN = 10_000;
const PORT_MAX = 32_000;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

export const findPort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (await isFree(port)) return port;
  }
};
