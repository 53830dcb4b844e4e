// What somebody writes into a task is text all the way: in the prompt, in the commit, in the merge, in what is logged.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ResultBody } from '../../src/contract/work.ts';
import { commitWork, mergeWork } from './action-works.ts';
import { runScene } from './run-scene.ts';
import { git } from './temp-repo.ts';

const TEXT = 'Add $(touch x) `touch x` "; touch x; \' | touch x && touch x\n$(touch x) > x';

/** Everything below a directory, work trees and the repository itself included. */
const filesIn = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' });

it('A task text `$(touch x)` creates no file', async () => {
  const { server, repo, scratch, stateDir, run } = await runScene(TEXT);
  server.grant = {
    task: { description: TEXT, acceptanceCriteria: TEXT, metadata: { note: TEXT } },
  };
  const withText = (result: ResultBody) => {
    const work = commitWork(result);
    const { action } = work;
    if (action === undefined) throw new Error('A commit has an action.');
    return { ...work, action: { ...action, params: { ...action.params, message: TEXT } } };
  };
  server.next = [
    (result) => ({ do: 'work', work: withText(result) }),
    () => ({ do: 'work', work: mergeWork() }),
  ];
  // The agent passes on what it has been told, as agents do.
  const agent = [
    'cat > prompt.txt; cat prompt.txt; echo; cat "$SLUICE_TASK_JSON" > "$1/task.json"',
    `printf '::sluice:%s {"type":"output","key":"plan","value":"$(touch x)"}\\n' "$SLUICE_LINE_KEY"`,
  ].join('; ');
  expect(await run(agent, '--once').ended).toMatchObject({ code: 0 });

  expect(server.results.map(({ outcome }) => outcome)).toEqual(Array(3).fill('completed'));
  expect(server.results[0]?.outputs).toEqual({ plan: '$(touch x)' });
  // It has come whole to where it belongs, and was run by nothing on its way.
  expect(readFileSync(path.join(repo, 'prompt.txt'), 'utf8')).toContain(TEXT);
  expect(readFileSync(path.join(scratch, 'task.json'), 'utf8')).toContain(JSON.stringify(TEXT));
  expect(git(repo, 'log', '--format=%B', 'apex/add-login')).toContain('$(touch x)');
  for (const dir of [repo, scratch, stateDir]) {
    expect(filesIn(dir).filter((file) => path.basename(file) === 'x')).toEqual([]);
  }
  expect(existsSync('x')).toBe(false);
});
