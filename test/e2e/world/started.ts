// Real processes, each in a session of its own, as a terminal would start them.
import { spawn } from 'node:child_process';
import { afterAll } from 'vitest';
import { type Entry, killAll, treeOf } from './process-tree.ts';
import { until } from './until.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly hasEnded: () => boolean;
  readonly stdout: () => string;
  /** Both streams as they came. */
  readonly output: () => string;
  /** To the whole group, as Ctrl-C is. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly tree: () => Entry[];
  /** Nothing of the tree is left afterwards. */
  readonly kill: () => Promise<void>;
  readonly write: (text: string) => void;
}

interface StartOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

const living = new Set<number>();
// The last net, for what a failed test has left running.
afterAll(async () => {
  for (const pid of living) await killAll(treeOf(pid));
});

/** The tester's own settings, and those of the test runner, are not the user's. */
const FOREIGN = /^(?:npm_|SLUICE_|APEX_|GIT_|VITEST|VITE_|INIT_CWD$|NODE_ENV$|TEST$|FORCE_COLOR$)/;

export const cleanEnv = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))),
  NO_COLOR: '1',
  ...extra,
});

export const start = ({ command, args = [], cwd, env = cleanEnv() }: StartOptions): Started => {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: 'pipe' });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  living.add(pid);
  let stdout = '';
  let output = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stdin.on('error', () => undefined);
  let isOver = false;
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      isOver = true;
      resolve({ code, signal });
    });
  });
  return {
    pid,
    ended,
    hasEnded: () => isOver,
    stdout: () => stdout,
    output: () => output,
    signal: (signal) => process.kill(-pid, signal),
    tree: () => treeOf(pid),
    kill: async () => {
      await killAll(treeOf(pid));
      living.delete(pid);
    },
    write: (text) => void child.stdin.write(text),
  };
};

/** Runs a command to its end. */
export const runToEnd = async (
  options: StartOptions & { readonly withinMs?: number },
): Promise<Ended & { readonly stdout: string; readonly output: string }> => {
  const started = start(options);
  try {
    const what = `${options.command} ${options.args?.join(' ') ?? ''} ends`;
    await until(() => started.hasEnded(), { what, withinMs: options.withinMs ?? 30_000 });
    return { ...(await started.ended), stdout: started.stdout(), output: started.output() };
  } finally {
    await started.kill();
  }
};

/** Runs a line as a person's shell would. */
export const runInShell = (line: string, cwd: string, env: NodeJS.ProcessEnv = {}) =>
  runToEnd({ command: 'sh', args: ['-c', line], cwd, env: cleanEnv(env) });

/** Waits for words in the output; fails at once, with what was said, when the process ends first. */
export const said = (started: Started, words: string | RegExp, withinMs = 60_000) =>
  until(
    () => {
      const text = started.output();
      if (typeof words === 'string' ? text.includes(words) : words.test(text)) return text;
      if (!started.hasEnded()) return undefined;
      throw new Error(`Ended without saying ${String(words)}:\n${text}`);
    },
    { what: `${String(words)} is said; so far:\n${started.output()}`, withinMs },
  );
