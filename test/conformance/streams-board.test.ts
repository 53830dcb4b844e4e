// The board of a project, on /ws and on /stream/0, and the health of its runners: case 98 and §10.

import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { Metrics } from '../../src/contract/health.ts';
import { TaskRow } from '../../src/contract/task.ts';
import { ask, askRequired } from '../worker/ask.ts';
import {
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  workOn,
} from '../worker/world.ts';
import { boardViewer, follow, INSTANT } from './sockets.ts';

const act = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/${verb}`, json);

describe.each(['/ws', '/stream/0'])('%s', (path) => {
  it('begins with task:state of all tasks: rows on top, and in data, newest first', async () => {
    const projectId = await newProject();
    const ids = [await newTask({ projectId }), await newTask({ projectId })];
    const trashed = await newTask({ projectId });
    await act(trashed, 'trash');
    const { frames } = await boardViewer(`${path}?projectId=${projectId}`);
    const [state] = frames();
    expect(state).toMatchObject({ type: 'task:state', taskId: '0', seq: expect.any(Number) });
    expect(state?.timestamp).toMatch(INSTANT);
    expect(state?.tasks?.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(state?.data).toEqual({ tasks: state?.tasks });
    for (const row of state?.tasks ?? []) expect(TaskRow.strict().parse(row)).toEqual(row);
    const list = await read<{ tasks: unknown }>(`/tasks?projectId=${projectId}`);
    expect(state?.tasks).toEqual(list.body.tasks);
  });

  it('of the default project needs no query', async () => {
    const { frames, types } = await boardViewer(path);
    expect(types()).toEqual(['task:state']);
    const taskId = await newTask();
    await eventually(() => frames()[1]).toMatchObject({ type: 'task:created', taskId });
  });

  it('then has every event of its tasks but logs and agents’ words, each once, numbered through', async () => {
    const projectId = await newProject();
    const { frames } = await boardViewer(`${path}?projectId=${projectId}`);
    const [first, second] = [await newTask({ projectId }), await newTask({ projectId })];
    await send(`/tasks/${first}/log`, { message: 'not for the board' });
    await report(first, { status: 'in-progress', stage: 'testing', message: 'nearly' });
    const holder = await claimOne(await newTestRunner(projectId));
    await holder.events([
      { n: 1, type: 'agent:message', data: { message: 'hi' } },
      { n: 2, type: 'agent:thinking', data: { thinking: 'hm' } },
      { n: 3, type: 'agent:tool-use', data: { tool: 'Write', input: {} } },
      { n: 4, type: 'usage:report', data: { inputTokens: 1, outputTokens: 2 } },
    ]);
    await workOn(holder);
    await act(first, 'cancel');
    const told = (taskId: string) => frames().filter((frame) => frame.taskId === taskId);
    for (const taskId of [first, second]) {
      const { seq } = await getTask(taskId);
      await eventually(() => told(taskId).at(-1)?.taskSeq).toBe(seq);
      const { body } = await read<{ events: { type: string; seq: number; data: unknown }[] }>(
        `/tasks/${taskId}/events?limit=1000`,
      );
      const wanted = body.events.filter(({ type }) => !/^(log:entry|agent:.*)$/.test(type));
      expect(told(taskId).map(({ type, taskSeq, data }) => ({ type, seq: taskSeq, data }))).toEqual(
        wanted.map(({ type, seq, data }) => ({ type, seq, data })),
      );
    }
    const seqs = frames().map(({ seq }) => seq);
    expect(seqs.slice(1)).toEqual(seqs.slice(1).map((_, index) => (seqs[0] ?? 0) + index + 1));
  });

  it('98 has trash:emptied of its project, once', async () => {
    const projectId = await newProject();
    const ids = [await newTask({ projectId }), await newTask({ projectId })];
    const kept = await newTask({ projectId });
    for (const id of ids) await act(id, 'trash');
    const { frames } = await boardViewer(`${path}?projectId=${projectId}`);
    await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
    await report(kept, { status: 'in-progress' });
    await eventually(() => frames().at(-1)?.type).toBe('task:stage-changed');
    const emptied = frames().filter(({ type }) => type === 'trash:emptied');
    expect(emptied).toHaveLength(1);
    expect(emptied[0]?.data['deletedCount']).toBe(2);
    expect(emptied[0]?.data['deletedTaskIds']).toEqual(expect.arrayContaining(ids));
  });

  it('has nothing of another project', async () => {
    const [projectId, otherId] = [await newProject(), await newProject()];
    const { frames } = await boardViewer(`${path}?projectId=${projectId}`);
    const foreign = await newTask({ projectId: otherId });
    const own = await newTask({ projectId });
    await eventually(() => frames().at(-1)?.taskId).toBe(own);
    expect(frames().map(({ taskId }) => taskId)).not.toContain(foreign);
  });

  it('?after=N begins where a client was cut off: it misses nothing and sees nothing twice', async () => {
    const projectId = await newProject();
    const before = await boardViewer(`${path}?projectId=${projectId}`);
    const taskId = await newTask({ projectId });
    await eventually(() => before.frames().length).toBe(3);
    const seen = before.frames().at(-1)?.seq;
    before.socket.close(1000, 'cut off');
    await report(taskId, { status: 'in-progress' });
    await act(taskId, 'cancel');
    const again = await boardViewer(`${path}?projectId=${projectId}&after=${seen}`);
    await eventually(() => again.types()).toEqual([
      ...['task:state', 'task:stage-changed', 'task:cancelled'],
    ]);
    await act(taskId, 'retry');
    await eventually(() => again.types().slice(3)).toEqual(['task:retried', 'task:queued']);
    expect(
      again
        .frames()
        .map(({ seq }) => seq)
        .slice(1),
    ).toEqual([1, 2, 3, 4].map((step) => (seen ?? 0) + step));
  });

  it('a cursor that is none is 400, no upgrade 426, a foreign page 403, ping pong', async () => {
    const projectId = await newProject();
    const headers = { Upgrade: 'websocket' };
    for (const after of ['x', '-1', '1.5', '999']) {
      const answer = await ask(`${path}?projectId=${projectId}&after=${after}`, { headers });
      expect([after, answer.status]).toEqual([after, 400]);
    }
    expect((await ask(path)).status).toBe(426);
    const foreign = { ...headers, Origin: 'https://evil.test' };
    expect((await ask(path, { headers: foreign })).status).toBe(403);
    const { socket, raw } = await boardViewer(`${path}?projectId=${projectId}`);
    socket.send('{');
    socket.send('ping');
    await eventually(() => raw.at(-1)).toBe('pong');
  });

  it('an unknown project closes with 4404, required mode without a credential with 4401', async () => {
    for (const projectId of [newId('prj', Date.now()), 'x']) {
      const { closed, raw } = await follow(`${path}?projectId=${projectId}`);
      expect([(await closed).code, raw]).toEqual([4404, []]);
    }
    const { webSocket } = await askRequired(path, { headers: { Upgrade: 'websocket' } });
    const code = new Promise((resolve) => {
      webSocket?.addEventListener('close', (event) => resolve(event.code));
    });
    webSocket?.accept();
    expect(await code).toBe(4401);
  });
});

describe('/stream/health', () => {
  it('tells the metrics first, and health:updated when they change', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, workflow: 'bugfix' });
    const { frames } = await boardViewer(`/stream/health?projectId=${projectId}`);
    expect(frames()[0]).toMatchObject({ type: 'health:updated', data: { changeDetected: false } });
    await workOn(await claimOne(await newTestRunner(projectId)));
    const counts = (index: number) => Metrics.parse(frames().at(index)?.data['metrics']);
    await eventually(() => counts(-1)).toMatchObject({
      taskCounts: { processed: 1, succeeded: 1, failed: 0, active: 0 },
    });
    const changes = frames().slice(1);
    expect(changes.length).toBeGreaterThan(0);
    for (const [index, { type, timestamp, data }] of changes.entries()) {
      expect(type).toBe('health:updated');
      expect(timestamp).toMatch(INSTANT);
      expect(Object.keys(data).toSorted()).toEqual(['changeDetected', 'metrics', 'previous']);
      expect(data['changeDetected']).toBe(true);
      expect(data['previous']).toMatchObject({
        taskCounts: counts(index).taskCounts,
      });
    }
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('is told on no other stream', async () => {
    const projectId = await newProject();
    const board = await boardViewer(`/stream/0?projectId=${projectId}`);
    await newTask({ projectId, workflow: 'bugfix' });
    await workOn(await claimOne(await newTestRunner(projectId)));
    await eventually(board.types).toContain('task:completed');
    expect(board.types()).not.toContain('health:updated');
  });

  it('without an upgrade is 426', async () => {
    expect((await ask('/stream/health')).status).toBe(426);
  });
});
