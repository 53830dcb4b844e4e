// A thousand tasks tell their project in pieces, some twice, some late, and it sleeps in between: it counts each once.

import { evictDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { toJsonText } from '../../src/contract/json-text.ts';
import type { QueueEntry } from '../../src/domain/queue.ts';
import type { TaskNews } from '../../src/objects/project/take-news.ts';
import { type ToldTask, toldTask } from './metrics-history.ts';
import { expectSums, Recount } from './metrics-recount.ts';
import { metricsOf } from './metrics-world.ts';
import { newProject, projectStub } from './world.ts';

const TASKS = 1_000;
const AT_ONCE = 50;
const SLEEPS_EVERY = 250;

/** A task as it is after its first `count` events. */
function newsOf(projectId: string, task: ToldTask, from: number, count: number): TaskNews {
  const events = task.events.slice(from, count);
  const last = task.events[count - 1];
  const status = count === task.events.length ? task.facts.end : 'in-progress';
  const { id, environment, workflow } = task;
  const common = { status, priority: 'normal', effort: 'medium', environment } as const;
  const entry: QueueEntry = {
    ...{ ...common, taskId: id, projectId, seq: last?.seq ?? 0, createdAt: 1, queuedAt: 1 },
    ...{ notBefore: null, leased: false, runnerId: null, lastRunnerId: null, requires: [] },
    ...{ concurrency: null, blocked: false, dependencies: [], trashed: false, parentId: null },
    agents: [],
  };
  const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 0 };
  const row: TaskNews['row'] = {
    ...{ ...common, id, projectId, workflow, usage, description: 'x', autonomy: 'full' },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
  };
  return { entry, row, events };
}

it('counts each event once, whatever comes twice, late and after a sleep', async () => {
  const projectId = await newProject();
  const recount = new Recount();
  const tell = (news: TaskNews) => projectStub(projectId).applyTask(toJsonText(news));
  const told = async (n: number): Promise<void> => {
    const task = toldTask(n, { now: Date.now(), days: 30 });
    recount.add(task, 1);
    const all = task.events.length;
    const middle = 1 + (n % (all - 1));
    await tell(newsOf(projectId, task, 0, middle));
    // The answer was lost: the same again, with what has come since.
    await tell(newsOf(projectId, task, n % 2 === 0 ? 0 : middle, all));
    if (n % 3 === 0) await tell(newsOf(projectId, task, 0, all));
    if (n % 5 === 0) await tell(newsOf(projectId, task, 0, middle));
  };
  for (let from = 0; from < TASKS; from += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => told(from + index)));
    if (from % SLEEPS_EVERY === 0) await evictDurableObject(projectStub(projectId));
  }
  await expectSums({ projectId, recount });
  const { runtime } = await metricsOf(projectId);
  expect(runtime.tasks).toMatchObject({ active: 0, waitingApproval: 0 });
}, 120_000);
