// Where the servers keep their state: in memory if there is room, for a disk's moods would hide what is measured.
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** A million rows of the listing and the logs, with their indexes and write-ahead logs. */
const NEEDED_BYTES = 4 * 1_024 ** 3;
const PREFIX = 'sluice-bench-';

const hasRoom = (folder: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signalled, and lives.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** What a run that was killed has left would stay in memory. */
const removeLeftovers = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(PREFIX) || isAlive(Number(name.slice(PREFIX.length)))) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
};

/** Makes the directory of this run; it goes with this process. */
export const makeScratch = (folder: string = hasRoom(MEMORY) ? MEMORY : tmpdir()): string => {
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  const directory = join(folder, `${PREFIX}${process.pid}`);
  mkdirSync(directory);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
};
