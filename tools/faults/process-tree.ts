// What a process has started, however deep, by way of /proc: groups alone miss what made its own group.
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

const GONE_MS_MAX = 10_000;

export interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly state: string;
  /** Clock ticks since boot; with the number it names one process for ever. */
  readonly startedAt: string;
}

const readEntry = (pid: number): Entry | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // `pid (name) state ppid pgrp …`; the name may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent, group] = fields;
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      state,
      startedAt: fields[19] ?? '',
    };
  } catch {
    return undefined;
  }
};

/** All processes of this machine; one that has ended and was not yet reaped counts as gone. */
const processes = (): readonly Entry[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)) ?? [])
    .filter(({ state }) => state !== 'Z' && state !== 'X');

/** The processes, their children, theirs, and whoever else is in their groups. */
export const treeOf = (roots: readonly number[]): readonly Entry[] => {
  const all = processes();
  const found = new Set(roots);
  const groups = new Set(roots);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent, group } of all) {
      if (!found.has(parent) && !groups.has(group) && !found.has(pid)) continue;
      found.add(pid);
      groups.add(group);
    }
  }
  return all.filter(({ pid }) => found.has(pid));
};

export const stillRunning = (entries: readonly Entry[]): readonly Entry[] => {
  const now = new Map(processes().map((entry) => [entry.pid, entry.startedAt]));
  return entries.filter(({ pid, startedAt }) => now.get(pid) === startedAt);
};

/** Sends a signal to each of them that still runs. */
export const signalAll = (entries: readonly Entry[], signal: NodeJS.Signals): void => {
  for (const { pid } of stillRunning(entries)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
};

/** `kill -9` to all of them at once, as a power cut would; resolves when none is left. */
export const killAll = async (entries: readonly Entry[]): Promise<void> => {
  signalAll(entries, 'SIGKILL');
  await until(
    'the killed processes are gone',
    GONE_MS_MAX,
    () => stillRunning(entries).length === 0,
  );
};

/** The processes that were started with this in their environment, and what they are called with. */
export const withEnvironment = (entry: string): readonly (Entry & { readonly command: string })[] =>
  processes().flatMap((one) => {
    try {
      const environment = readFileSync(`/proc/${one.pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(entry)) return [];
      const command = readFileSync(`/proc/${one.pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ ...one, command: command.trim() }];
    } catch {
      // It ended meanwhile, or it belongs to another user.
      return [];
    }
  });
