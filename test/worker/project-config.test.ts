// The config of a project under changes at the same time, and a queue whose head is not for everybody.

import { describe, expect, it } from 'vitest';
import { claimOne, newProject, newTask, newTestRunner, read, send } from './world.ts';

describe('a project', () => {
  it('keeps every one of many changes that come at the same time', async () => {
    const projectId = await newProject();
    const names = Array.from({ length: 24 }, (_, index) => `model-${index}`);
    const price = { inputPerMillion: 1, outputPerMillion: 2 };
    const answers = await Promise.all(
      names.map((name) =>
        send(`/config?projectId=${projectId}`, { prices: { [name]: price } }, { method: 'PATCH' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await read<{ prices: Record<string, unknown> }>(
      `/config?projectId=${projectId}`,
    );
    expect(Object.keys(body.prices).sort()).toEqual(['default', ...names].sort());
  });

  it('refuses a change with the path of each wrong or unknown key, and changes nothing', async () => {
    const path = `/config?projectId=${await newProject()}`;
    const before = await read(path);
    const wrong = { limits: { maxRetries: -1, speed: 9 }, git: { branchPrefix: 'a..b' }, api: {} };
    const answer = await send<{ errors: { path: string }[] }>(path, wrong, { method: 'PATCH' });
    expect(answer.status).toBe(400);
    const paths = answer.body.errors.map((error) => error.path);
    expect(new Set(paths)).toEqual(
      new Set(['limits.maxRetries', 'limits.speed', 'git.branchPrefix', 'api']),
    );
    expect(await read(path)).toEqual(before);
  });

  it('gives a runner its task behind two hundred that are not for it', async () => {
    const projectId = await newProject();
    const others = Array.from({ length: 205 }, () =>
      newTask({ projectId, priority: 'urgent', environment: 'production' }),
    );
    await Promise.all(others);
    const mine = await newTask({ projectId, priority: 'low', environment: 'development' });
    const runner = await newTestRunner(projectId, { environments: ['development'] });
    expect((await claimOne(runner)).taskId).toBe(mine);
  }, 30_000);
});
