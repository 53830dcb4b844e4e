import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.ts';
import { DEMO_PROJECT_ID } from './project.ts';

const AGENT = fileURLToPath(new URL('./agent.js', import.meta.url));
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;
const BACKOFF_MS_MAX = 30_000;
/** A runner that lived this long was well; its next failure starts from the shortest pause. */
const HEALTHY_AFTER_MS = 60_000;

interface RunnerOptions {
  readonly root: string;
  readonly demoDir: string;
  readonly url: string;
  readonly say: (line: string) => void;
}

/** The person's own profile and token belong to another server. */
const runnerEnv = (demoDir: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_')),
  ),
  XDG_STATE_HOME: join(demoDir, 'state'),
  XDG_CONFIG_HOME: join(demoDir, 'config'),
  NO_COLOR: '1',
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The command line of the demo's runner; the block that `npm run dev` prints shows one like it. */
export const runnerArgs = (options: Pick<RunnerOptions, 'root' | 'demoDir' | 'url'>): string[] => [
  ...[join(options.root, 'cli', 'sluice.js'), 'run', '--repo', join(options.demoDir, 'repo')],
  ...['--project', DEMO_PROJECT_ID, '--url', options.url, '--name', 'demo', '--grace', '2'],
  ...['--', process.execPath, AGENT],
];

/** Keeps a runner with the scripted agent alive until `isEnding` says that its end is wanted. */
export const keepRunner = async (
  options: RunnerOptions,
  isEnding: () => boolean,
): Promise<void> => {
  mkdirSync(options.demoDir, { recursive: true });
  const log = join(options.demoDir, 'runner.log');
  for (let failures = 0; !isEnding(); failures += 1) {
    const from = performance.now();
    const child = startChild({
      command: process.execPath,
      args: runnerArgs(options),
      cwd: options.root,
      env: runnerEnv(options.demoDir),
      output: (text) => appendFileSync(log, text),
    });
    const { code, signal } = await child.ended;
    await child.end(0);
    if (isEnding()) return;
    if (performance.now() - from > HEALTHY_AFTER_MS) failures = 0;
    const pause = BACKOFF_MS[failures] ?? BACKOFF_MS_MAX;
    const lastLine = child.tail().trim().split('\n').at(-1) ?? '';
    const why = lastLine === '' ? `it ended with ${signal ?? code}` : lastLine;
    options.say(
      `The demo runner stopped (${why}); it starts again in ${pause / 1_000} s. See ${log}`,
    );
    await wait(pause);
  }
};
