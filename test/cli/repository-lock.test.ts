import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RepositoryLock } from '../../cli/run/repository-lock.ts';
import { temporaryDir, write } from './temp-repo.ts';

describe('the lock of a repository', () => {
  it('lets one runner write at a time', async () => {
    const dir = temporaryDir();
    let holders = 0;
    const seen: number[] = [];
    const hold = (lock: RepositoryLock): Promise<void> =>
      lock.hold(async () => {
        holders += 1;
        for (let count = 0; count < 20; count += 1) await stat(dir);
        seen.push(holders);
        holders -= 1;
      });
    const runners = Array.from({ length: 6 }, () => new RepositoryLock(dir));
    await Promise.all(runners.map(async (lock) => [await hold(lock), await hold(lock)]));
    expect(seen).toEqual(Array(12).fill(1));
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is given back by an operation that fails', async () => {
    const lock = new RepositoryLock(temporaryDir());
    await expect(lock.hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await lock.hold(async () => 'mine')).toBe('mine');
  });

  it('of a runner that was killed is taken over', async () => {
    const dir = temporaryDir();
    write(dir, 'sluice.lock', 'dead');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(path.join(dir, 'sluice.lock'), longAgo, longAgo);
    const locks = [new RepositoryLock(dir), new RepositoryLock(dir)];
    const held = locks.map((lock) =>
      lock.hold(async () => existsSync(path.join(dir, 'sluice.lock'))),
    );
    expect(await Promise.all(held)).toEqual([true, true]);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('says why it cannot be had', async () => {
    const lock = new RepositoryLock(path.join(temporaryDir(), 'gone'));
    const held = lock.hold(async () => undefined);
    await expect(held).rejects.toThrow(/^The repository could not be locked: .*ENOENT/);
  });
});
