// The real command, a scripted server and a real repository, ready for one test.
import type { Work } from '../../src/contract/work.ts';
import { mergeWork } from './action-works.ts';
import { NODE_24, startSluice } from './run-sluice.ts';
import { type GrantParts, ScriptedServer, stageWork } from './scripted-server.ts';
import { commitFile, git, temporaryDir, temporaryRepo } from './temp-repo.ts';

export const runScene = async (prompt?: string) => workScene(stageWork('wrk_1', prompt));

/** A branch with these files that is to be merged, by a task whose project is checked by these commands. */
export const mergeScene = async (
  files: Readonly<Record<string, string>>,
  project: GrantParts['project'] = {},
  work = mergeWork(),
) => {
  const scene = await workScene(work);
  const { repo, server } = scene;
  git(repo, 'checkout', '-q', '-b', 'apex/add-login');
  for (const [file, text] of Object.entries(files)) commitFile(repo, file, text);
  git(repo, 'checkout', '-q', 'main');
  server.grant = { project };
  const isMerged = (): boolean => git(repo, 'rev-list', '--count', 'main..apex/add-login') === '0';
  return { ...scene, isMerged };
};

/** One work, and all that a test needs to run it. */
export const workScene = async (work: Work) => {
  const server = new ScriptedServer(work);
  await server.up();
  const repo = temporaryRepo();
  const scratch = temporaryDir();
  const stateDir = temporaryDir();
  const run = (script: string, ...flags: string[]) => {
    const command = ['--', 'sh', '-c', script, 'sh', scratch];
    const args = ['run', '--url', server.url, '--repo', repo, ...flags, ...command];
    return startSluice(args, { node: NODE_24, stateDir });
  };
  return { server, repo, scratch, stateDir, run };
};
