import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readFeedback } from '../../tools/demo/agent/assignment.js';
import { withSection } from '../../tools/demo/agent/files.js';
import { ensureDemoRepository } from '../../tools/demo/repository.ts';
import { makeDirectory } from './directory.ts';

// Real processes are slow where many run at a time.
vi.setConfig({ testTimeout: 60_000 });

const AGENT = resolve(import.meta.dirname, '../../tools/demo/agent.js');
const STAGES = ['planning', 'architecture', 'implementation', 'testing', 'review'];

interface Stage {
  readonly repo: string;
  readonly stage: string;
  readonly prompt?: string;
  readonly grant?: object;
}

/** Runs the agent as a runner would, but where no server answers. */
const runStage = ({ repo, stage, prompt, grant }: Stage) => {
  const grantFile = join(repo, '..', 'grant.json');
  if (grant !== undefined) writeFileSync(grantFile, JSON.stringify(grant));
  const run = spawnSync(process.execPath, [AGENT], {
    cwd: repo,
    encoding: 'utf8',
    input: prompt ?? 'Add health check endpoint',
    env: {
      PATH: process.env['PATH'],
      APEX_API: 'http://127.0.0.1:9',
      APEX_TASK_ID: 'task_1',
      APEX_STAGE: stage,
      APEX_AGENT: 'developer',
      APEX_PROJECT: repo,
      SLUICE_DEMO_PAUSE_MS: '0',
      ...(grant === undefined ? {} : { SLUICE_TASK_JSON: grantFile }),
    },
  });
  const lines = run.stdout.split('\n').filter((line) => line.startsWith('::sluice '));
  const told = lines.map((line) => JSON.parse(line.slice('::sluice '.length)));
  return { ...run, told };
};

const makeRepo = async () => {
  const repo = join(makeDirectory(), 'repo');
  await ensureDemoRepository(repo);
  return repo;
};

const read = (repo: string, path: string) => readFileSync(join(repo, path), 'utf8');

test('five stages without a server leave a health check that its own tests confirm', async () => {
  const repo = await makeRepo();
  for (const stage of STAGES) {
    const run = runStage({ repo, stage });
    expect(run, run.stderr).toMatchObject({ status: 0 });
    expect(run.stderr).toContain('POST status failed');
    const types = new Set(run.told.map((line) => line.type));
    expect([...types]).toEqual(
      expect.arrayContaining(['message', 'tool-use', 'usage', 'progress']),
    );
    if (stage === 'testing') expect(run.stdout).toContain('pass 3');
    if (stage === 'review') expect(run.stdout).toContain('4 files changed');
  }
  expect(read(repo, 'docs/plans/health-check.md')).toMatch(/## Plan\n[\s\S]*## Design\n/);
  expect(read(repo, 'src/server.js')).toContain("'GET /health'");
  expect(read(repo, 'README.md')).toContain('| `GET /health` | whether the service is up |');
  execFileSync(process.execPath, ['--test'], { cwd: repo, env: { PATH: process.env['PATH'] } });
});

test('a stage that runs again changes nothing', async () => {
  const repo = await makeRepo();
  const state = () =>
    execFileSync('git', ['status', '--porcelain', '-uall'], { cwd: repo }).toString();
  const diff = () => execFileSync('git', ['diff'], { cwd: repo }).toString();
  for (const stage of STAGES) runStage({ repo, stage });
  const before = { diff: diff(), state: state(), plan: read(repo, 'docs/plans/health-check.md') };
  for (const stage of STAGES) runStage({ repo, stage });
  const after = { diff: diff(), state: state(), plan: read(repo, 'docs/plans/health-check.md') };
  expect(after).toEqual(before);
});

test('tests that fail make the testing stage fail', async () => {
  const repo = await makeRepo();
  expect(runStage({ repo, stage: 'testing' }).status).toBe(1);
});

test('what a person asked for at the gate stands in REVIEW.md after the next review', async () => {
  const repo = await makeRepo();
  const comment = 'Please mention the health check in the changelog';
  const grant = {
    task: { description: 'Add health check endpoint', baseRef: 'main' },
    work: { feedback: [{ gate: 'review', by: 'usr_1', comment, at: '' }], outputs: ['report'] },
  };
  const run = runStage({ repo, stage: 'review', grant });
  expect(read(repo, 'REVIEW.md')).toContain(`- ${comment}`);
  expect(run.told).toContainEqual(expect.objectContaining({ type: 'output', key: 'report' }));
});

test('without the grant, feedback is read from the prompt', () => {
  const prompt = 'Review it.\n\n## Feedback\n\n- Name the port\n- Be brief\n\nThe rest.';
  expect(readFeedback(prompt)).toEqual(['Name the port', 'Be brief']);
  expect(readFeedback('Feedback: be brief\n\nMore')).toEqual(['be brief']);
  expect(readFeedback('Give me a plan')).toEqual([]);
});

test('any other task becomes a note with one section a stage', async () => {
  const repo = await makeRepo();
  runStage({ repo, stage: 'planning', prompt: 'Translate to Danish!' });
  runStage({ repo, stage: 'implementation', prompt: 'Translate to Danish!' });
  expect(read(repo, 'notes/translate-to-danish.md')).toMatch(
    /## planning\n[\s\S]*## implementation\n/,
  );
  expect(existsSync(join(repo, 'docs'))).toBe(false);
});

test('a section takes the place of the one with its heading', () => {
  const twice = withSection('# A\n\n## One\n\nold\n\n## Two\n\nkept\n', 'One', 'new');
  expect(twice).toBe('# A\n\n## One\n\nnew\n\n## Two\n\nkept\n');
});
