// What a stream shows of work: cases 99–101.

import { describe, expect, it } from 'vitest';
import type { Work } from '../../src/contract/work.ts';
import {
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  type TestRunner,
} from '../worker/world.ts';
import { BUILTIN_NAMES } from './builtin.ts';
import { decompose, plain } from './family.ts';
import { viewer } from './sockets.ts';

/** Works on what is claimed; in each stage the agent says, thinks, uses a tool, and costs something. */
async function work(runner: TestRunner): Promise<void> {
  const holder = await claimOne(runner);
  let given: Work | undefined = holder.grant.work;
  let n = 0;
  while (given !== undefined) {
    if (given.kind === 'stage') {
      const agent = given.agent?.name;
      const said = [
        { type: 'agent:message', data: { message: `at ${given.stage}`, agent } },
        { type: 'agent:tool-use', data: { tool: 'Write', input: { file_path: 'a' }, agent } },
        { type: 'agent:tool-result', data: { tool: 'Write', output: 'ok', isError: false, agent } },
        { type: 'usage:report', data: { inputTokens: 1_000, outputTokens: 100 } },
      ];
      const { status } = await holder.events(
        said.map((event) => {
          n += 1;
          return { n, ...event };
        }),
      );
      expect(status).toBe(200);
    }
    const { body } = await holder.result(given.workId, { summary: `did ${given.stage}` });
    given = body.next.do === 'work' ? body.next.work : undefined;
  }
}

describe('the stream of a task at work', () => {
  it('99 decompose is a subtask:created for each, then task:decomposed', async () => {
    const taskId = await newTask();
    const { frames, types } = await viewer(taskId);
    const { body } = await decompose(taskId, plain('One', 'Two', 'Three'), {
      strategy: 'parallel',
    });
    await eventually(types).toEqual([
      ...['task:state', 'subtask:created', 'subtask:created', 'subtask:created'],
      'task:decomposed',
    ]);
    const created = frames().slice(1, 4);
    expect(created.map(({ data }) => data['subtask'])).toEqual(body.subtasks);
    const subtaskIds = body.subtasks.map(({ id }) => id);
    const status = (await getTask(taskId)).status;
    expect(frames()[4]?.data).toEqual({ subtaskIds, strategy: 'parallel', status });
  });

  it('100 a run is started, changes its stage for each, says what its agents do, and is completed', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const { frames, types } = await viewer(taskId);
    await work(await newTestRunner(projectId));
    await eventually(types).toContain('task:completed');
    const of = (type: string) => frames().filter((frame) => frame.type === type);
    const started = of('task:started');
    expect(started).toHaveLength(1);
    expect(started[0]?.data).toMatchObject({ id: taskId, status: 'planning' });
    const changes = of('task:stage-changed');
    expect(changes.map(({ data }) => data['stage'])).toEqual(BUILTIN_NAMES.feature);
    expect(changes.map(({ data }) => data['agent'])).toEqual([
      ...['planner', 'architect', 'developer', 'tester', 'reviewer'],
    ]);
    expect(changes.map(({ data }) => data['status'])).toEqual([
      ...['planning', 'in-progress', 'in-progress', 'in-progress', 'in-progress'],
    ]);
    for (const type of ['agent:message', 'agent:tool-use', 'agent:tool-result']) {
      expect(of(type)).toHaveLength(5);
    }
    expect(of('agent:thinking')).toEqual([]);
    expect(of('agent:tool-use')[0]?.data).toMatchObject({
      ...{ tool: 'Write', input: { file_path: 'a' } },
    });
    expect(of('usage:updated').map(({ data }) => data['totalTokens'])).toEqual([
      ...[1_100, 2_200, 3_300, 4_400, 5_500],
    ]);
    const { usage } = await getTask(taskId);
    expect(of('usage:updated').at(-1)?.data).toMatchObject({ ...usage });
    expect(of('task:completed')).toHaveLength(1);
    expect(of('task:completed')[0]?.data).toMatchObject({
      ...{ id: taskId, status: 'completed', usage },
    });
    expect(types().indexOf('task:started')).toBeLessThan(types().indexOf('task:stage-changed'));
    expect(types().at(-1)).toBe('task:completed');
  });

  it('100 a later attempt is started again', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, workflow: 'bugfix', maxRetries: 1 });
    const { frames } = await viewer(taskId);
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    const error = { code: 'agent_exit', message: 'no luck', retryable: true };
    await holder.result(holder.grant.work.workId, { outcome: 'failed', error });
    await work(runner);
    const started = () => frames().filter(({ type }) => type === 'task:started');
    await eventually(() => started().map(({ data }) => data['attempt'])).toEqual([1, 2]);
  });

  it('101 thinking is agent:thinking where there is any, and else not at all', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const { frames, types } = await viewer(taskId);
    const holder = await claimOne(await newTestRunner(projectId));
    const said = { message: 'hi', agent: 'planner' };
    await holder.events([{ n: 1, type: 'agent:message', data: said }]);
    await eventually(() => frames().at(-1)).toMatchObject({ type: 'agent:message', data: said });
    expect(types()).not.toContain('agent:thinking');
    const data = { agent: 'planner', thinking: 'hm' };
    await holder.events([{ n: 2, type: 'agent:thinking', data }]);
    await eventually(() => frames().at(-1)?.type).toBe('agent:thinking');
    expect(frames().at(-1)?.data).toEqual(data);
  });
});
