import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../child-process.ts';

const SERVICE = fileURLToPath(new URL('./service', import.meta.url));

/** Git's own variables would lead it to another repository when we are called from a hook. */
const gitEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));

const git = async (directory: string, args: readonly string[]): Promise<void> => {
  const run = await runToEnd({ command: 'git', args, cwd: directory, env: gitEnv() });
  if (run.code !== 0) throw new Error(`\`git ${args[0]}\` failed in ${directory}.\n${run.output}`);
};

/** Makes the small service that the demo agent works on, as a repository with one commit; once. */
export const ensureDemoRepository = async (directory: string): Promise<void> => {
  if (existsSync(directory)) return;
  const draft = `${directory}.draft`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(SERVICE, draft, { recursive: true });
  await git(draft, ['init', '--quiet', '--initial-branch=main']);
  // Commits must work where the person has no identity, signs commits, or has hooks for every repository.
  await git(draft, ['config', 'user.name', 'Sluice demo']);
  await git(draft, ['config', 'user.email', 'demo@sluice.invalid']);
  await git(draft, ['config', 'commit.gpgsign', 'false']);
  await git(draft, ['config', 'core.hooksPath', '.git/hooks']);
  await git(draft, ['add', '--all']);
  await git(draft, ['commit', '--quiet', '--message', 'Start a greeting service']);
  renameSync(draft, directory);
};
