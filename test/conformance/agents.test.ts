// Case 88 and §8: agents and workflows, the built-in ones and a project's own.

import { describe, expect, it } from 'vitest';
import { configure, getTask, newProject, newTask, read } from '../worker/world.ts';
import { refusal } from './checks.ts';

interface Agent {
  readonly name: string;
  readonly model: string;
}
const AGENTS = {
  planner: ['opus', 'Read Grep Glob', 'Creates implementation plans'],
  architect: ['opus', 'Read Grep Glob Write', 'Designs the technical solution'],
  developer: ['sonnet', 'Read Write Edit Bash', 'Implements features'],
  tester: ['sonnet', 'Read Write Bash Grep', 'Writes and runs tests'],
  reviewer: ['haiku', 'Read Grep Glob', 'Reviews changes for defects'],
} as const;
const DEVOPS = ['sonnet', 'Read Write Bash Grep Glob', 'Builds, ships and runs services'] as const;
type Sketch = readonly [model: string, tools: string, description: string];
const agent = (name: string, [model, tools, description]: Sketch) => ({
  ...{ name, description, tools: tools.split(' '), model },
});
const BUILT_IN = Object.fromEntries(
  Object.entries(AGENTS).map(([name, sketch]) => [name, agent(name, sketch)]),
);
const agentsOf = async (projectId: string) =>
  (await read<{ agents: Record<string, Agent> }>(`/agents?projectId=${projectId}`)).body.agents;

describe('agents', () => {
  it('88 GET /agents has them by name, with name, description, tools and model, no prompt', async () => {
    const projectId = await newProject();
    expect(await read(`/agents?projectId=${projectId}`)).toEqual({
      ...{ status: 200, body: { agents: BUILT_IN } },
    });
  });

  it('88 GET /agents/:name is one of them; a disabled or unknown one is 404', async () => {
    const projectId = await newProject();
    for (const [name, wanted] of Object.entries(BUILT_IN)) {
      expect((await read(`/agents/${name}?projectId=${projectId}`)).body).toEqual(wanted);
    }
    for (const name of ['devops', 'nobody', 'constructor', 'PLANNER', '%20']) {
      expect(await refusal(`/agents/${name}?projectId=${projectId}`)).toMatchObject({
        ...{ status: 404, code: 'not_found', error: 'Agent not found' },
      });
    }
  });

  it('an agent that is disabled by default can be enabled', async () => {
    const projectId = await newProject({ agents: { disabled: [] } });
    expect(await agentsOf(projectId)).toEqual({ ...BUILT_IN, devops: agent('devops', DEVOPS) });
  });

  it('enabled and disabled name those there are', async () => {
    const projectId = await newProject({ agents: { enabled: ['planner', 'tester', 'devops'] } });
    expect(Object.keys(await agentsOf(projectId)).sort()).toEqual(['planner', 'tester']);
    await configure(projectId, { agents: { enabled: null, disabled: ['planner'] } });
    expect(Object.keys(await agentsOf(projectId)).sort()).toEqual([
      ...['architect', 'developer', 'devops', 'reviewer', 'tester'],
    ]);
  });

  it('models say which model each kind of agent has', async () => {
    const models = { planning: 'haiku', implementation: 'opus', review: 'sonnet' };
    const projectId = await newProject({ models, agents: { disabled: [] } });
    const found = Object.entries(await agentsOf(projectId)).map(([name, { model }]) => [
      name,
      model,
    ]);
    expect(Object.fromEntries(found)).toEqual({
      ...{ planner: 'haiku', architect: 'haiku', reviewer: 'sonnet' },
      ...{ developer: 'opus', tester: 'opus', devops: 'opus' },
    });
  });

  it('an own agent has its defaults and never shows its prompt; it may replace one', async () => {
    const secret = 'You are a writer of prose';
    const writer = { name: 'writer', description: 'Writes', prompt: secret, skills: ['prose'] };
    const tester = { name: 'tester', description: 'Mine', tools: ['Bash'], model: 'inherit' };
    const projectId = await newProject({ agents: { custom: { writer, tester } } });
    const { status, body } = await read<{ agents: object }>(`/agents?projectId=${projectId}`);
    expect(status).toBe(200);
    expect(body.agents).toEqual({
      ...BUILT_IN,
      writer: { name: 'writer', description: 'Writes', tools: [], model: 'sonnet' },
      tester: { name: 'tester', description: 'Mine', tools: ['Bash'], model: 'sonnet' },
    });
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(JSON.stringify(await read(`/agents/writer?projectId=${projectId}`))).not.toContain(
      secret,
    );
  });

  it('a workflow that needs a disabled agent is 400 when it is used', async () => {
    const projectId = await newProject({ agents: { disabled: ['reviewer'] } });
    const json = { description: 'x', projectId };
    expect(await refusal('/tasks', { json })).toMatchObject({
      ...{ status: 400, errors: [{ path: 'workflow' }] },
    });
  });
});

interface Stage {
  readonly name: string;
  readonly agent: string;
  readonly dependsOn: string[];
  readonly outputs: string[];
}
const workflowsOf = async (projectId: string) =>
  (
    await read<{ workflows: Record<string, { triggers: string[]; stages: Stage[] }> }>(
      `/workflows?projectId=${projectId}`,
    )
  ).body.workflows;

describe('workflows', () => {
  it('GET /workflows has the three of §8, stage by stage', async () => {
    const workflows = await workflowsOf(await newProject());
    const sketch = Object.entries(workflows).map(([name, { stages }]) => [
      name,
      stages.map((stage) =>
        [stage.name, stage.agent, stage.dependsOn.join(), stage.outputs.join()].join(' '),
      ),
    ]);
    expect(Object.fromEntries(sketch)).toEqual({
      feature: [
        'planning planner  implementation_plan,subtasks',
        'architecture architect planning technical_design',
        'implementation developer architecture code_changes,branch_name',
        'testing tester implementation test_files,coverage_report',
        'review reviewer implementation,testing review_findings',
      ],
      bugfix: [
        'investigation developer  root_cause,affected_files',
        'fix developer investigation code_changes',
        'testing tester fix test_files',
        'review reviewer fix,testing review_findings',
      ],
      refactor: [
        'analysis architect  refactoring_plan',
        'refactor developer analysis code_changes',
        'testing tester refactor test_results',
        'review reviewer refactor,testing review_findings',
      ],
    });
    for (const [name, { triggers, stages }] of Object.entries(workflows)) {
      expect(triggers).toEqual(['manual', `apex:${name}`]);
      for (const stage of stages) expect(stage).toMatchObject({ maxRetries: 2, inputs: [] });
    }
  });

  it('has a project’s own, and one with a built-in name replaces that', async () => {
    const stages = [
      { name: 'b', agent: 'tester', dependsOn: ['a'] },
      { name: 'a', agent: 'developer' },
    ];
    const projectId = await newProject({ workflows: { docs: { stages }, bugfix: { stages } } });
    const workflows = await workflowsOf(projectId);
    expect(Object.keys(workflows).sort()).toEqual(['bugfix', 'docs', 'feature', 'refactor']);
    for (const workflow of ['docs', 'bugfix']) {
      const task = await getTask(await newTask({ projectId, workflow }));
      expect(task.stages.map(({ name, agent: by }) => [name, by])).toEqual([
        ['a', 'developer'],
        ['b', 'tester'],
      ]);
    }
    const json = { description: 'x', projectId, workflow: 'test' };
    expect(await refusal('/tasks', { json })).toMatchObject({
      ...{ status: 400, code: 'unknown_workflow' },
      workflows: expect.arrayContaining(['bugfix', 'docs', 'feature', 'refactor']),
    });
  });
});
