import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryDir } from './temp-repo.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const NODE_24 = path.join(ROOT, 'node_modules/node/bin/node');
export const SLUICE = path.join(ROOT, 'cli/sluice.js');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  stderr(): string;
}

interface Setting {
  readonly node?: string;
  readonly stateDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the real command, by its own launcher unless a Node is named. */
export const startSluice = (
  args: readonly string[],
  { node, stateDir = temporaryDir(), env = {} }: Setting = {},
): Running => {
  const [file, ...rest] = node === undefined ? [SLUICE, ...args] : [node, SLUICE, ...args];
  const child = spawn(file ?? '', rest, {
    env: {
      ...process.env,
      XDG_STATE_HOME: stateDir,
      SLUICE_TOKEN: 'owner-secret',
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const ended = new Promise<Ran>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, stderr: () => stderr };
};
