import { describe, expect, it } from 'vitest';
import { newTaskOf } from '../../console/src/pages/board/create/new-task.ts';
import { whyItWaits } from '../../console/src/pages/board/waits.ts';
import { arrange, isFiltered, wishOf } from '../../console/src/pages/board/wish.ts';
import type { TaskRow } from '../../src/contract/task.ts';

const rowOf = (n: number, more: Partial<TaskRow> = {}): TaskRow => ({
  ...{ id: `task_${n}`, projectId: 'prj_1', description: `Number ${n}`, status: 'queued' },
  ...{ workflow: 'feature', autonomy: 'full', priority: 'normal', effort: 'medium' },
  ...{ createdAt: `2026-11-0${n}`, updatedAt: `2026-11-0${n}` },
  usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: n },
  ...more,
});
const wishFrom = (search: string) => {
  const query = new URLSearchParams(search);
  return wishOf((name) => query.get(name) ?? '');
};
const idsOf = (rows: readonly TaskRow[], search: string) =>
  arrange(rows, (row) => row, wishFrom(search)).map((column) => column.map(({ id }) => id));

describe('the choice of the address', () => {
  it('puts each task into the column of its status', () => {
    const statuses = ['pending', 'queued', 'planning', 'in-progress', 'waiting-approval'] as const;
    const rows = [...statuses, 'paused', 'completed', 'failed', 'cancelled'].map((status, n) =>
      rowOf(n, { status: status as TaskRow['status'] }),
    );
    expect(idsOf(rows, '')).toEqual([
      ...[['task_1', 'task_0'], ['task_2'], ['task_3'], ['task_4'], ['task_5'], ['task_6']],
      ['task_8', 'task_7'],
    ]);
  });

  it.each([
    ['workflow=bugfix', ['task_2']],
    ['agent=reviewer', ['task_3']],
    ['priority=urgent', ['task_4']],
    ['autonomy=manual', ['task_1']],
    ['q=NUMBER+3', ['task_3']],
    ['q=task_4', ['task_4']],
    ['q=nothing', []],
    ['workflow=bugfix&priority=urgent', []],
  ])('%s takes those that are so', (search, ids) => {
    const rows = [
      rowOf(1, { autonomy: 'manual' }),
      rowOf(2, { workflow: 'bugfix' }),
      rowOf(3, { agent: 'reviewer' }),
      rowOf(4, { priority: 'urgent' }),
    ];
    expect(idsOf(rows, search)[0]).toEqual(ids);
    expect(isFiltered(wishFrom(search))).toBe(true);
  });

  it.each([
    ['', ['task_3', 'task_2', 'task_1']],
    ['sort=oldest', ['task_1', 'task_2', 'task_3']],
    ['sort=changed', ['task_1', 'task_3', 'task_2']],
    ['sort=cost', ['task_2', 'task_3', 'task_1']],
    ['sort=priority', ['task_3', 'task_1', 'task_2']],
    ['sort=nonsense', ['task_3', 'task_2', 'task_1']],
  ])('%s is their order', (search, ids) => {
    const usage = rowOf(9).usage;
    const rows = [
      rowOf(1, { updatedAt: '2026-12-01', priority: 'normal' }),
      rowOf(2, { usage, priority: 'low' }),
      rowOf(3, { priority: 'urgent' }),
    ];
    expect(idsOf(rows, search)[0]).toEqual(ids);
  });
});

describe('why a task waits', () => {
  it.each([
    [{ status: 'queued', waitingFor: 'runner' }, 'waits for a runner'],
    [{ status: 'pending', waitingFor: 'dependency' }, 'waits for another task'],
    [{ status: 'pending' }, 'waits to be started'],
    [{ status: 'paused', pauseReason: 'budget' }, 'paused: budget'],
    [{ status: 'failed', error: 'It broke.' }, 'It broke.'],
    [{ status: 'in-progress' }, ''],
  ] as const)('%o is said', (more, words) => {
    expect(whyItWaits(rowOf(1, more))).toBe(words);
  });
});

describe('a new task', () => {
  const made = (fields: Readonly<Record<string, string>>) =>
    newTaskOf((name) => fields[name] ?? '', 'prj_1');

  it('has what was filled in, and nothing else', () => {
    expect(made({ description: ' Do it. ' })).toEqual({
      ok: true,
      body: { projectId: 'prj_1', description: 'Do it.' },
    });
    const all = made({
      ...{ description: 'Do it.', maxRetries: '0', requires: 'gpu, linux', metadata: '{"a":1}' },
      ...{ 'limits.maxCostPerTask': '2.5', 'limits.maxTurns': '7', dependsOn: 'task_1 task_2' },
      ...{ 'concurrency.key': 'deploy', 'concurrency.max': '1' },
    });
    expect(all).toEqual({
      ok: true,
      body: {
        ...{ projectId: 'prj_1', description: 'Do it.', maxRetries: 0, metadata: { a: 1 } },
        ...{ requires: ['gpu', 'linux'], dependsOn: ['task_1', 'task_2'] },
        limits: { maxCostPerTask: 2.5, maxTurns: 7 },
        concurrency: { key: 'deploy', max: 1 },
      },
    });
  });

  it('is not sent with metadata that is no JSON', () => {
    expect(made({ metadata: '{' })).toMatchObject({ ok: false, fault: { path: 'metadata' } });
  });
});
