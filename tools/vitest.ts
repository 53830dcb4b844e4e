import { startChild } from './child-process.ts';
import { writePublicFiles } from './dev/public-files.ts';
import { ensureSecrets } from './dev/secrets.ts';
import { endOnSignal } from './interruption.ts';
import { PACKAGE_ROOT, toolScript } from './package-root.ts';

/** Runs the tests of some projects once; a caller who names projects gets those instead. */
export const vitestArgs = (projects: readonly string[], args: readonly string[]): string[] => {
  const namesProject = args.some((arg) => arg === '--project' || arg.startsWith('--project='));
  return [
    'run',
    ...(namesProject ? [] : projects.flatMap((project) => ['--project', project])),
    ...args,
  ];
};

export const runVitest = async (
  projects: readonly string[],
  args: readonly string[],
): Promise<number> => {
  endOnSignal();
  ensureSecrets(PACKAGE_ROOT);
  await writePublicFiles(PACKAGE_ROOT);
  const vitest = startChild({
    command: process.execPath,
    args: [toolScript.vitest, ...vitestArgs(projects, args)],
    cwd: PACKAGE_ROOT,
    output: 'pass-through',
  });
  const { code } = await vitest.ended;
  return code ?? 1;
};
