// The real command, a scripted server and a real repository, ready for one test.
import { NODE_24, startSluice } from './run-sluice.ts';
import { ScriptedServer, stageWork } from './scripted-server.ts';
import { temporaryDir, temporaryRepo } from './temp-repo.ts';

export const runScene = async (prompt?: string) => {
  const server = new ScriptedServer(stageWork('wrk_1', prompt));
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
