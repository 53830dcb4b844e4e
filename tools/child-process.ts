// Children in process groups of their own, so that nothing they started outlives this process.
import { type ChildProcess, spawn } from 'node:child_process';

const TAIL_CHARACTERS = 20_000;
/** How long the process may take leave before its whole group is asked, and a runner a second time. */
const FIRST_GRACE_MS = 500;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number | undefined;
  /** Resolves when the process itself has ended; its group may still have members. */
  readonly ended: Promise<Exit>;
  /** The last output, where it is not passed through. */
  tail(): string;
  /** Asks the process, then its group, then kills the group; resolves when the process is gone. */
  end(graceMs: number): Promise<void>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly output: 'pass-through' | 'keep' | ((text: string) => void);
}

const running = new Set<Child & { readonly kill: () => void }>();

// The last net: whatever way this process ends (but by SIGKILL), no group stays.
process.on('exit', () => {
  for (const child of running) child.kill();
});

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
};

const isWithin = async (promise: Promise<unknown>, ms: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([promise.then(() => true), timeout]);
  clearTimeout(timer);
  return inTime;
};

/** Starts a process in its own group. A command that cannot be started ends with code 127. */
export const startChild = (options: ChildOptions): Child => {
  const passesThrough = options.output === 'pass-through';
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['ignore', passesThrough ? 'inherit' : 'pipe', passesThrough ? 'inherit' : 'pipe'],
  });
  let kept = '';
  const keep = (chunk: Buffer): void => {
    const text = chunk.toString();
    kept = (kept + text).slice(-TAIL_CHARACTERS);
    if (typeof options.output === 'function') options.output(text);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);

  const ended = new Promise<Exit>((resolve) => {
    child.on('error', (error) => {
      kept += error.message;
      resolve({ code: 127, signal: null });
    });
    child.on('close', (code, signal) => resolve({ code, signal }));
    child.on('exit', (code, signal) => {
      // A grandchild that holds the pipes open must not keep us from seeing the end.
      setTimeout(() => resolve({ code, signal }), 200).unref();
    });
  });
  const started = {
    pid: child.pid,
    ended,
    tail: () => kept,
    kill: () => signalGroup(child, 'SIGKILL'),
    end: async (graceMs: number) => {
      // The leader first: it takes leave of its own children better than a signal to all would.
      child.kill('SIGTERM');
      if (!(await isWithin(ended, FIRST_GRACE_MS))) signalGroup(child, 'SIGTERM');
      if (!(await isWithin(ended, graceMs))) signalGroup(child, 'SIGKILL');
      await ended;
      signalGroup(child, 'SIGKILL');
    },
  };
  running.add(started);
  return started;
};

/** Ends every child, the youngest first: a runner can still tell its server that it goes. */
export const endChildren = async (graceMs: number): Promise<void> => {
  for (const child of [...running].reverse()) await child.end(graceMs);
};

/** Runs a command to its end; the output is kept unless `output` says otherwise. */
export const runToEnd = async (
  options: Omit<ChildOptions, 'output'> & { readonly output?: ChildOptions['output'] },
): Promise<Exit & { readonly output: string }> => {
  const child = startChild({ output: 'keep', ...options });
  const exit = await child.ended;
  return { ...exit, output: child.tail() };
};
