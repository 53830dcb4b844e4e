// §7: what work costs, in what order it is given out, and when it pauses by itself.

import { describe, expect, it } from 'vitest';
import { EFFORTS, PRIORITIES } from '../../src/contract/task.ts';
import { later, newWorkingWorld, ring, stopTheClock } from '../worker/leased-world.ts';
import { newQueue } from '../worker/queue-world.ts';
import {
  allEvents,
  claimOne,
  configure,
  getTask,
  newProject,
  newTask,
  newTestRunner,
} from '../worker/world.ts';

interface Report {
  readonly model?: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
}

/** A task of a project with these prices after these reports of its runner. */
async function afterReports(prices: Record<string, unknown>, reports: readonly Report[]) {
  const projectId = await newProject();
  if (Object.keys(prices).length > 0) await configure(projectId, { prices });
  await newTask({ projectId });
  const holder = await claimOne(await newTestRunner(projectId));
  await holder.beat({ workId: holder.grant.work.workId });
  const events = reports.map((data, index) => ({ n: index + 1, type: 'usage:report', data }));
  expect((await holder.events(events)).status).toBe(200);
  return getTask(holder.taskId);
}
const TOKENS = { inputTokens: 15_000, outputTokens: 5_000 };
const OPUS = { inputPerMillion: 5, outputPerMillion: 25 };

describe('the cost', () => {
  it('of 15 000 in and 5 000 out is 0.12 at the default prices', async () => {
    const { usage } = await afterReports({}, [TOKENS]);
    expect(usage).toEqual({ ...TOKENS, totalTokens: 20_000, estimatedCost: 0.12 });
  });

  it('follows the model that was used, and adds up', async () => {
    const reports = [{ ...TOKENS, model: 'opus' }, { ...TOKENS, model: 'sonnet' }, TOKENS];
    const { usage } = await afterReports({ opus: OPUS }, reports);
    expect(usage).toEqual({
      ...{ inputTokens: 45_000, outputTokens: 15_000, totalTokens: 60_000 },
      estimatedCost: 0.44,
    });
  });

  it('counts cached tokens at their price, else at the input price', async () => {
    const cached = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 1e6, cacheWriteTokens: 1e6 };
    expect((await afterReports({}, [cached])).usage.estimatedCost).toBe(6);
    const own = { ...OPUS, cacheReadPerMillion: 0.5, cacheWritePerMillion: 6.25 };
    const { usage } = await afterReports({ opus: own }, [{ ...cached, model: 'opus' }]);
    expect(usage.estimatedCost).toBe(6.75);
  });

  it('is summed exactly and shown to four decimals', async () => {
    const reports = Array.from({ length: 30 }, () => ({ inputTokens: 10, outputTokens: 0 }));
    const { usage } = await afterReports({}, reports);
    expect(usage.estimatedCost).toBe(0.0009);
  });

  it('is told by usage:updated, cumulative', async () => {
    const { id } = await afterReports({}, [TOKENS, TOKENS]);
    const updates = (await allEvents(id)).filter(({ type }) => type === 'usage:updated');
    expect(updates.at(-1)?.data).toMatchObject({
      ...{ inputTokens: 30_000, outputTokens: 10_000, totalTokens: 40_000, estimatedCost: 0.24 },
    });
  });
});

describe('the queue', () => {
  it('goes by priority from urgent to low, then by effort from xs to xl, then by age', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 50, dailyBudget: 1_000 } });
    const wanted = PRIORITIES.toReversed().flatMap((priority) =>
      EFFORTS.map((effort) => ({ priority, effort })),
    );
    const shuffled = wanted.toSorted((a, b) => a.effort.localeCompare(b.effort));
    const ids = await newQueue(projectId, [...shuffled, ...shuffled]);
    const runner = await newTestRunner(projectId, { capacity: 50 });
    const given: string[] = [];
    while (given.length < ids.length) given.push((await claimOne(runner)).taskId);
    const tasks = await Promise.all(given.map((id) => getTask(id)));
    const order = tasks.map(({ priority, effort }) => ({ priority, effort }));
    expect(order).toEqual(wanted.flatMap((pair) => [pair, pair]));
    for (let index = 0; index < given.length; index += 2) {
      const [older = '', newer = ''] = given.slice(index, index + 2);
      expect(ids.indexOf(older)).toBeLessThan(ids.indexOf(newer));
    }
  });
});

describe('a failure that is a limit of the provider', () => {
  stopTheClock();

  const failWith = async (message: string) => {
    const { taskId, holder } = await newWorkingWorld();
    const error = { code: 'agent_exit', message, retryable: true };
    const { workId } = holder.grant.work;
    expect((await holder.result(workId, { outcome: 'failed', error })).status).toBe(200);
    return taskId;
  };

  it.each([
    ['Rate limit exceeded, try again in 30 seconds', 30],
    ['rate LIMIT: retry after 45s', 45],
    ['Too many requests', 60],
    ['HTTP 429', 60],
    ['The model is overloaded', 60],
    ['rate limit, wait 3600 seconds', 60],
    ['rate limit, wait 3599 seconds', 3_599],
    ['rate limit, wait 0 seconds', 60],
  ])('%s: pauses and resumes after %i s', async (message, seconds) => {
    const taskId = await failWith(message);
    const paused = await getTask(taskId);
    expect(paused).toMatchObject({ status: 'paused', pauseReason: 'rate_limit' });
    expect(Date.parse(paused.resumeAfter ?? '') - Date.now()).toBe(seconds * 1_000);
    later(seconds * 1_000 - 500);
    await ring(taskId);
    expect((await getTask(taskId)).status).toBe('paused');
    later(1_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: paused.attempt });
  });

  it.each([
    ...['Usage limit reached', 'spending limit', 'Limit reached', 'quota exceeded'],
    ...['billing problem', 'no credit left', 'insufficient funds'],
  ])('%s: pauses until a person resumes it', async (message) => {
    const taskId = await failWith(message);
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'paused', pauseReason: 'usage_limit' });
    expect(task).not.toHaveProperty('resumeAfter');
  });

  it('any other one is a failure', async () => {
    expect((await getTask(await failWith('segmentation fault'))).status).toBe('queued');
  });
});
