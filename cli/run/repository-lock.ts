// Runners that share a repository write to it one at a time. Git's own locks do not suffice: who lists the
// work trees while another one is being made may meet a file of it that is still empty, and gives up.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GitError } from './git.ts';
import { pauseFor } from './pause-for.ts';

const RETRY_MS_MAX = 60;
const SIGN_MS = 3_000;
/** Without a sign for so long its holder was killed. The id of a process would not tell: it may be of another container. */
const STALE_MS = 15_000;

/** One file in the git directory; whoever made it holds the lock. */
export class RepositoryLock {
  readonly #file: string;

  constructor(gitDir: string) {
    this.#file = path.join(gitDir, 'sluice.lock');
  }

  /** Does something while no other runner does. */
  async hold<T>(operation: () => Promise<T>): Promise<T> {
    const owner = randomUUID();
    while (!(await this.#take(owner))) {
      await this.#dropStale();
      await pauseFor(Math.random() * RETRY_MS_MAX);
    }
    const signs = setInterval(() => {
      const now = new Date();
      utimes(this.#file, now, now).catch(() => undefined);
    }, SIGN_MS);
    try {
      return await operation();
    } finally {
      clearInterval(signs);
      await this.#release(owner);
    }
  }

  async #take(owner: string): Promise<boolean> {
    try {
      await writeFile(this.#file, owner, { flag: 'wx' });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw new GitError(`The repository could not be locked: ${error}`);
    }
  }

  async #dropStale(): Promise<void> {
    if (!(await isStale(this.#file))) return;
    const aside = `${this.#file}.${randomUUID()}`;
    await rename(this.#file, aside).catch(() => undefined);
    // Another waiter was faster, and this is what it has just made: it goes back.
    if (!(await isStale(aside))) await link(aside, this.#file).catch(() => undefined);
    await rm(aside, { force: true });
  }

  async #release(owner: string): Promise<void> {
    const holder = await readFile(this.#file, 'utf8').catch(() => '');
    if (holder === owner) await rm(this.#file, { force: true });
  }
}

const isStale = async (file: string): Promise<boolean> => {
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS;
};
