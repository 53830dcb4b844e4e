// `npm run dev`, as a person starts it.

import { findPort, makeDir, ROOT } from './place.ts';
import { killAll } from './process-tree.ts';
import { cleanEnv, type Started, said, start } from './started.ts';
import { until } from './until.ts';

const END_MS = 20_000;

export interface DevServer {
  readonly url: string;
  readonly port: number;
  readonly persistDir: string;
  readonly npm: Started;
  /** Ctrl-C, and the wait until nothing of it is left. */
  readonly stop: () => Promise<void>;
  /** `kill -9` to all its processes at once. */
  readonly crash: () => Promise<void>;
}

interface DevOptions {
  readonly port?: number;
  readonly persistDir?: string;
  readonly hasDemo?: boolean;
  readonly authMode?: 'open' | 'required';
}

/** Starts the command; the server need not come up. */
export const startDev = async (options: DevOptions = {}): Promise<DevServer> => {
  const port = options.port ?? (await findPort());
  const persistDir = options.persistDir ?? makeDir();
  const npm = start({
    command: 'npm',
    args: ['run', 'dev', '--', '--port', String(port), '--persist-to', persistDir],
    cwd: ROOT,
    env: cleanEnv({
      ...(options.hasDemo === true ? {} : { SLUICE_DEMO: '0' }),
      ...(options.authMode === undefined ? {} : { AUTH_MODE: options.authMode }),
    }),
  });
  const stop = async () => {
    const tree = npm.tree();
    if (!npm.hasEnded()) npm.signal('SIGINT');
    try {
      await until(() => npm.hasEnded(), { what: 'Ctrl-C ends the server', withinMs: END_MS });
    } finally {
      await killAll(tree);
    }
  };
  const crash = async () => {
    await killAll(npm.tree());
    await npm.ended;
  };
  return { url: `http://localhost:${port}`, port, persistDir, npm, stop, crash };
};

/** Starts the command and waits until it says that it is ready. */
export const serve = async (options: DevOptions = {}): Promise<DevServer> => {
  const server = await startDev(options);
  try {
    await said(server.npm, /^ {2}End +Ctrl-C$/m);
    return server;
  } catch (error) {
    await server.crash();
    throw error;
  }
};
