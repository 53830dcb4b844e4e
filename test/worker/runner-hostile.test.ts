// What a runner or its agent may send that is meant to hurt: secrets, claims, names by the thousand.

import { describe, expect, it } from 'vitest';
import { TaskEvent } from '../../src/contract/event.ts';
import {
  allEvents,
  claimOne,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
} from './world.ts';

async function newHolder(fields: Record<string, unknown> = {}) {
  const projectId = await newProject();
  const taskId = await newTask({ projectId, ...fields });
  const runner = await newTestRunner(projectId);
  return { ...(await claimOne(runner)), runner, taskId, projectId };
}

/** Made in pieces, so that no scanner takes this file for a leak. */
const SECRET = ['ghp', 'Ab3'.repeat(12)].join('_');

describe('hostile output', () => {
  it('a secret in any event, result or report is masked in every tap', async () => {
    const holder = await newHolder();
    const { taskId } = holder;
    const events = [
      { n: 1, type: 'log:entry', data: { message: `token ${SECRET}` } },
      { n: 2, type: 'agent:message', data: { message: SECRET } },
      { n: 3, type: 'agent:tool-use', data: { tool: 'Bash', input: { command: [SECRET] } } },
      { n: 4, type: 'output:set', data: { key: 'k', value: SECRET } },
      { n: 5, type: 'checkpoint:saved', data: { data: { [SECRET]: 1 } } },
    ];
    expect((await holder.events(events)).status).toBe(200);
    await send(`/tasks/${taskId}/log`, { message: SECRET, metadata: { deep: [SECRET] } });
    await holder.beat({ progress: { message: SECRET } });
    const { work } = holder.grant;
    await holder.result(work.workId, {
      outcome: 'failed',
      summary: SECRET,
      outputs: { plan: SECRET },
      error: { code: 'x', message: `no ${SECRET}`, retryable: false },
    });
    const seen = JSON.stringify([await getTask(taskId), await allEvents(taskId)]);
    expect(seen).not.toContain(SECRET);
    expect(seen).toContain('[redacted:github]');
    const list = await read(`/tasks?projectId=${holder.projectId}`);
    expect(JSON.stringify(list.body)).not.toContain(SECRET);
  });

  it('claims of cost without end leave sums that are exact, and events that parse', async () => {
    const holder = await newHolder();
    const data = { inputTokens: 1e9, outputTokens: 1e9, reportedCost: 1_000_000 };
    for (let batch = 0; batch < 11; batch++) {
      const events = Array.from({ length: 1_000 }, (_, index) => ({
        n: batch * 1_000 + index + 1,
        type: 'usage:report',
        data,
      }));
      expect((await holder.events(events)).status).toBe(200);
    }
    const last = (await allEvents(holder.taskId)).at(-1);
    expect(TaskEvent.safeParse(last).success).toBe(true);
    const { usage } = await getTask(holder.taskId);
    expect(Number.isSafeInteger(usage.totalTokens)).toBe(true);
  }, 30_000);

  it('rounds of changes with a thousand long names never make the task unwritable', async () => {
    const holder = await newHolder({ autonomy: 'review-before-commit' });
    const { taskId } = holder;
    const paths = Array.from({ length: 950 }, (_, index) => `${index}/${'p'.repeat(236)}`);
    const changes = { files: 950, insertions: 1, deletions: 0, tree: 'a'.repeat(40), paths };
    let { work } = holder.grant;
    for (let round = 0; round < 30; round++) {
      for (;;) {
        const answer = await holder.result(work.workId, { changes });
        expect(answer.status).toBe(200);
        const { next } = answer.body;
        if (next.do !== 'work') break;
        work = next.work;
      }
      const comment = `${round} ${'c'.repeat(9_000)}`;
      const asked = await send(`/tasks/${taskId}/gates/commit/request-changes`, { comment });
      expect(asked.status).toBe(200);
      const beat = await holder.beat({});
      const commands = beat.body['commands'] as { type: string; data: { work: typeof work } }[];
      const given = commands.find(({ type }) => type === 'work');
      if (given === undefined) throw new Error('No work came after the changes.');
      work = given.data.work;
    }
    const sizes = (await allEvents(taskId, 20)).map((event) => JSON.stringify(event).length);
    expect(Math.max(...sizes)).toBeLessThan(600_000);
    expect((await send(`/tasks/${taskId}/cancel`)).status).toBe(200);
    expect((await getTask(taskId)).status).toBe('cancelled');
  }, 60_000);

  it("an agent's report cannot end a person's pause", async () => {
    const holder = await newHolder();
    const { taskId } = holder;
    await send(`/tasks/${taskId}/pause`);
    const answer = await report(taskId, { status: 'in-progress' }, holder.grant.agentToken);
    expect(answer.status).toBe(409);
    expect((await getTask(taskId)).status).toBe('paused');
  });
});
