// What a process has started, however deep, by way of /proc: groups alone miss what made its own group.
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

export interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly state: string;
  /** Clock ticks since boot; with the number it names one process for ever. */
  readonly startedAt: string;
  readonly command: string;
}

const readEntry = (pid: number): Entry | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // `pid (name) state ppid pgrp …`; the name may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', parent, group] = fields;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const startedAt = fields[19] ?? '';
    return { pid, parent: Number(parent), group: Number(group), state, startedAt, command };
  } catch {
    return undefined;
  }
};

/** All processes of this machine; one that has ended and was not yet reaped counts as gone. */
export const processes = (): Entry[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readEntry(Number(name)) ?? [])
    .filter(({ state }) => state !== 'Z' && state !== 'X');

/** The process, its children, theirs, and whoever else is in their groups. */
export const treeOf = (root: number): Entry[] => {
  const all = processes();
  const found = new Set([root]);
  const groups = new Set([root]);
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

/** Those of the entries that still run. */
export const stillRunning = (entries: readonly Entry[]): Entry[] => {
  const now = new Map(processes().map((entry) => [entry.pid, entry.startedAt]));
  return entries.filter(({ pid, startedAt }) => now.get(pid) === startedAt);
};

export const isRunning = (pid: number): boolean => {
  const entry = readEntry(pid);
  return entry !== undefined && entry.state !== 'Z' && entry.state !== 'X';
};

/** `kill -9` to all of them at once, as a power cut would; resolves when none is left. */
export const killAll = async (entries: readonly Entry[]): Promise<void> => {
  for (const { pid } of stillRunning(entries)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
  await until(() => stillRunning(entries).length === 0, { what: 'the killed processes are gone' });
};
