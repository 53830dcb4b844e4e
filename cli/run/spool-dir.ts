import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { isAlive } from './is-alive.ts';

const dirOf = (stateDir: string): string => path.join(stateDir, 'spool');

/** Where the output of a lease waits; the name says whose it is. */
export const spoolFile = (stateDir: string, leaseId: string): string =>
  path.join(dirOf(stateDir), `${process.pid}-${leaseId.replace(/[^\w-]/g, '_')}.jsonl`);

/** Deletes what runners left that were killed: the epoch it was written under is dead, so it is never sent. */
export const dropDeadSpools = async (stateDir: string): Promise<void> => {
  const dir = dirOf(stateDir);
  for (const name of await readdir(dir).catch(() => [])) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(path.join(dir, name), { force: true });
  }
};
