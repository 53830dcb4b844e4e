// What a subtask may be made of, what it inherits, and what is refused whole.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import {
  allEvents,
  claimOne,
  configure,
  getTask,
  newDoneTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  send,
} from '../worker/world.ts';
import { BUILTIN_NAMES } from './builtin.ts';
import { decompose, newFamily, plain, refusedAndUnchanged, split } from './family.ts';

describe('what a subtask inherits', () => {
  it('workflow, autonomy, priority and effort are its parent’s', async () => {
    const given = { workflow: 'bugfix', autonomy: 'manual', priority: 'urgent', effort: 'xs' };
    const { ids } = await newFamily(plain('One'), {}, given);
    expect(await getTask(ids[0] ?? '')).toMatchObject(given);
  });

  it('its own definition wins', async () => {
    const own = {
      description: '  Mend it \n',
      acceptanceCriteria: 'It holds',
      workflow: 'refactor',
      priority: 'low',
      effort: 'xl',
    };
    const { ids } = await newFamily([own], {}, { workflow: 'bugfix', priority: 'high' });
    const child = await getTask(ids[0] ?? '');
    expect(child).toMatchObject({ ...own, description: 'Mend it' });
    expect(child.stages.map(({ name }) => name)).toEqual(BUILTIN_NAMES.refactor);
  });

  it.each([
    ['review-before-merge', ['review'], []],
    ['review-before-commit', ['commit'], ['commit']],
    ['full', [], []],
    ['manual', BUILTIN_NAMES.bugfix, BUILTIN_NAMES.bugfix],
  ])('with autonomy %s: merge gates are the parent’s alone', async (autonomy, parents, childs) => {
    const { parentId, ids } = await newFamily(plain('One'), {}, { workflow: 'bugfix', autonomy });
    const namesOf = async (id: string) => (await getTask(id)).gates.map(({ name }) => name);
    expect((await namesOf(parentId)).toSorted()).toEqual(parents.toSorted());
    expect((await namesOf(ids[0] ?? '')).toSorted()).toEqual(childs.toSorted());
  });

  it('a gate of the config before the merge is the parent’s alone, one after a stage is everybody’s', async () => {
    const projectId = await newProject();
    const gates = [
      { name: 'tested', trigger: 'after:testing' },
      { name: 'sign-off', trigger: 'before:merge' },
    ];
    await configure(projectId, { gates });
    const parentId = await newTask({ projectId });
    const [child = ''] = await split(parentId, plain('One'));
    const namesOf = async (id: string) => (await getTask(id)).gates.map(({ name }) => name);
    expect((await namesOf(parentId)).toSorted()).toEqual(['sign-off', 'tested']);
    expect(await namesOf(child)).toEqual(['tested']);
  });
});

it('a family is in the list of its own project alone', async () => {
  const { projectId, parentId, ids } = await newFamily(plain('One', 'Two'));
  const listed = await read<{ tasks: { id: string }[] }>(`/tasks?projectId=${projectId}`);
  const known = listed.body.tasks.map(({ id }) => id).toSorted();
  expect(known).toEqual([parentId, ...ids].toSorted());
  const other = await read<{ tasks: { id: string }[] }>(`/tasks?projectId=${await newProject()}`);
  expect(other.body.tasks).toEqual([]);
});

describe('decompositions that are refused', () => {
  const foreign = async () => newTask({ projectId: await newProject() });
  const refusals: readonly [string, readonly unknown[], number, string, string?][] = [
    ['an unknown sibling', [{ description: 'A', dependsOn: ['Z'] }], 400, 'unknown_dependency'],
    [
      'an unknown id',
      [{ description: 'A', dependsOn: [newTaskId(Date.now())] }],
      ...([400, 'unknown_dependency'] as const),
    ],
    ['itself', [{ description: 'A', dependsOn: ['A'] }], 400, 'dependency_cycle'],
    [
      'a circle of three, beside one that is free',
      [
        { description: 'A', dependsOn: ['C'] },
        { description: 'B', dependsOn: ['A'] },
        { description: 'C', dependsOn: ['B'] },
        { description: 'D' },
      ],
      ...([400, 'dependency_cycle'] as const),
    ],
    ['no description', [{}], 400, 'invalid_request', 'Description is required'],
    ['a blank one', [{ description: ' ' }], 400, 'invalid_request', 'Description is required'],
    ['a number', [{ description: 7 }], 400, 'invalid_request', 'Description must be a string'],
    [
      'a workflow that is unknown',
      [{ description: 'A', workflow: 'docs' }],
      400,
      'unknown_workflow',
    ],
    ['a bad priority', [{ description: 'A', priority: 'x' }], 400, 'invalid_request'],
    ['a bad effort', [{ description: 'A', effort: '' }], 400, 'invalid_request'],
    ['dependsOn as a text', [{ description: 'A', dependsOn: 'B' }], 400, 'invalid_request'],
    ['null as a definition', [null], 400, 'invalid_request'],
    ['a text as a definition', ['A'], 400, 'invalid_request'],
    [
      'one too many',
      Array.from({ length: 51 }, () => ({ description: 'A' })),
      400,
      'invalid_request',
    ],
    [
      'one bad among good ones',
      [{ description: 'A' }, { description: 'B', dependsOn: ['Z'] }],
      ...([400, 'unknown_dependency'] as const),
    ],
  ];

  it.each(refusals)('%s: nothing is made', async (_name, subtasks, status, code, text) => {
    const projectId = await newProject();
    const parentId = await newTask({ projectId });
    const count = (await allEvents(parentId)).length;
    const act = () => send(`/tasks/${parentId}/decompose`, { subtasks });
    const [answered, said, error] = await refusedAndUnchanged(parentId, act);
    expect([answered, said]).toEqual([status, code]);
    if (text !== undefined) expect(error).toBe(text);
    expect(await allEvents(parentId)).toHaveLength(count);
    const { body } = await read(`/tasks?projectId=${projectId}`);
    expect(body['count']).toBe(1);
  });

  it('a foreign task is an unknown one', async () => {
    const parentId = await newTask();
    const subtasks = [{ description: 'A', dependsOn: [await foreign()] }];
    const answer = await decompose(parentId, subtasks);
    expect(answer).toMatchObject({ status: 400, body: { code: 'unknown_dependency' } });
  });

  it('a subtask that waits for its parent, or for who waits for that, waits in a circle', async () => {
    const projectId = await newProject();
    const grandId = await newTask({ projectId });
    const [parentId = ''] = await split(grandId, plain('Parent'));
    const waits = await newTask({ projectId, dependsOn: [parentId] });
    const waitsForThat = await newTask({ projectId, dependsOn: [waits] });
    for (const id of [parentId, grandId, waits, waitsForThat]) {
      const act = () =>
        send(`/tasks/${parentId}/decompose`, {
          subtasks: [{ description: 'A', dependsOn: [id] }],
        });
      expect((await refusedAndUnchanged(parentId, act)).slice(0, 2)).toEqual([
        ...[400, 'dependency_cycle'],
      ]);
    }
  });

  it('two families that would wait for each other wait in a circle', async () => {
    const [one, two] = [await newTask(), await newTask()];
    await split(one, [{ description: 'A', dependsOn: [two] }]);
    const definitions = [{ description: 'B', dependsOn: [one] }];
    const act = () => send(`/tasks/${two}/decompose`, { subtasks: definitions });
    expect((await refusedAndUnchanged(two, act)).slice(0, 2)).toEqual([400, 'dependency_cycle']);
  });

  it('A dependency cycle creates nothing', async () => {
    for (const size of [1, 2, 3, 7]) {
      const names = Array.from({ length: size }, (_, index) => `Part ${index}`);
      const circle = names.map((description, index) => ({
        description,
        dependsOn: [names[(index + 1) % size]],
      }));
      // The order of definition is no help, and what is free of the circle is not made either.
      const subtasks = [{ description: 'Free' }, ...circle.toReversed(), { description: 'Last' }];
      const projectId = await newProject();
      const parentId = await newTask({ projectId, workflow: 'bugfix' });
      const holder = await claimOne(await newTestRunner(projectId));
      await holder.beat({ workId: holder.grant.work.workId });
      const events = await allEvents(parentId);
      for (const strategy of ['sequential', 'parallel', 'dependency-based']) {
        const byPerson = () => send(`/tasks/${parentId}/decompose`, { subtasks, strategy });
        const byRunner = () =>
          holder.result(holder.grant.work.workId, { decompose: { strategy, subtasks } });
        for (const act of [byPerson, byRunner]) {
          const refused = await refusedAndUnchanged(parentId, act);
          expect([size, strategy, ...refused.slice(0, 2)]).toEqual([
            ...[size, strategy, 400, 'dependency_cycle'],
          ]);
        }
      }
      expect(await allEvents(parentId)).toEqual(events);
      expect((await read(`/tasks?projectId=${projectId}`)).body['count']).toBe(1);
      const done = await holder.result(holder.grant.work.workId);
      expect(done.status).toBe(200);
    }
  });

  it('a strategy that is none says which there are', async () => {
    const parentId = await newTask();
    for (const strategy of ['fast', '', 7, null]) {
      const { status, body } = await send(`/tasks/${parentId}/decompose`, {
        subtasks: plain('A'),
        strategy,
      });
      expect([strategy, status, body['error']]).toEqual([
        ...[strategy, 400, 'Strategy must be one of: sequential, parallel, dependency-based'],
      ]);
    }
  });

  it('an ended, a trashed or an archived task', async () => {
    const trashed = await newTask();
    await send(`/tasks/${trashed}/trash`);
    const archived = await newDoneTask();
    await send(`/tasks/${archived}/archive`);
    const cancelled = await newTask();
    await send(`/tasks/${cancelled}/cancel`);
    for (const [taskId, code] of [
      [trashed, 'task_trashed'],
      [archived, 'task_archived'],
      [cancelled, 'invalid_transition'],
      [await newDoneTask(), 'invalid_transition'],
    ] as const) {
      const act = () => send(`/tasks/${taskId}/decompose`, { subtasks: plain('A') });
      expect((await refusedAndUnchanged(taskId, act)).slice(0, 2)).toEqual([409, code]);
    }
  });

  it('fifty are made, and not one more afterwards', async () => {
    const parentId = await newTask();
    const names = Array.from({ length: 50 }, (_, index) => `Number ${index}`);
    const { status, body } = await decompose(parentId, plain(...names));
    expect([status, body.subtasks.length]).toEqual([200, 50]);
    const act = () => send(`/tasks/${parentId}/decompose`, { subtasks: plain('A') });
    expect((await refusedAndUnchanged(parentId, act))[0]).toBe(409);
    const list = await read<{ subtasks: { description: string }[] }>(`/tasks/${parentId}/subtasks`);
    expect(list.body.subtasks.map(({ description }) => description)).toEqual(names);
  });
});
