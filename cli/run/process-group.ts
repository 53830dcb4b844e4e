// The agent command and all it starts, as one process group, so that all of it can be ended.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import process from 'node:process';
import { Readable, type Writable } from 'node:stream';
import { pauseFor } from './pause-for.ts';

const POLL_MS = 20;
/** How long after SIGKILL a process may take to be gone, as one in the middle of disk I/O does. */
const KILLED_MS_MAX = 5_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why the command could not be started at all. */
  readonly startError?: string;
}

export interface ProcessGroup {
  readonly id: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exit: Promise<Exit>;
}

const living = new Set<number>();
process.on('exit', () => {
  for (const id of living) signalGroup(id, 'SIGKILL');
});

interface GroupStart {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
}

/** Starts a command as the leader of its own group, an argument list and never a shell's line. */
export const startGroup = (start: GroupStart): ProcessGroup => {
  try {
    return spawnGroup(start);
  } catch (error) {
    // An argument that holds a NUL or is too long, for one: Node throws what it else tells later.
    const startError = error instanceof Error ? error.message : String(error);
    const exit = Promise.resolve({ code: null, signal: null, startError });
    return { id: undefined, stdout: Readable.from([]), stderr: Readable.from([]), exit };
  }
};

const spawnGroup = (start: GroupStart): ProcessGroup => {
  const [program = '', ...args] = start.command;
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(program, args, {
    cwd: start.cwd,
    env: start.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) living.add(child.pid);
  const exit = new Promise<Exit>((resolve) => {
    child.once('error', (error) =>
      resolve({ code: null, signal: null, startError: error.message }),
    );
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // A command that does not read its prompt closes the pipe; that is its right.
  child.stdin.on('error', () => undefined);
  child.stdin.end(start.input);
  return { id: child.pid, stdout: child.stdout, stderr: child.stderr, exit };
};

/** SIGTERM, then SIGKILL after the grace; true once no process of the group runs. */
export const endGroup = async (id: number, graceMs: number): Promise<boolean> => {
  let isGone = await isGroupGone(id);
  if (!isGone) {
    signalGroup(id, 'SIGTERM');
    isGone = await waitUntilGone(id, graceMs);
  }
  if (!isGone) {
    signalGroup(id, 'SIGKILL');
    isGone = await waitUntilGone(id, KILLED_MS_MAX);
  }
  if (isGone) living.delete(id);
  return isGone;
};

export const isGroupGone = async (id: number): Promise<boolean> => {
  if (!signalGroup(id, 0)) return true;
  // A zombie answers signals too. Where nobody reaps (a container without init) it would stay for ever.
  if (process.platform !== 'linux') return false;
  for (const member of await groupMembers(id)) if (member.state !== 'Z') return false;
  return true;
};

/** The processes of a group with their state; Linux only. */
export const groupMembers = async (id: number): Promise<{ pid: number; state: string }[]> => {
  const members: { pid: number; state: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // `pid (name) state ppid pgrp …`; the name may hold spaces and parentheses.
    const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(group) === id) members.push({ pid: Number(name), state });
  }
  return members;
};

const waitUntilGone = async (id: number, ms: number): Promise<boolean> => {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    if (await isGroupGone(id)) return true;
    await pauseFor(POLL_MS);
  }
  return isGroupGone(id);
};

/** False when there is no such group. */
function signalGroup(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-id, signal);
    return true;
  } catch (error) {
    return (
      error instanceof Error &&
      'code' in error &&
      error.code === 'EPERM' &&
      process.platform === 'linux'
    );
  }
}
