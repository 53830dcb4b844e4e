import { onTestFinished } from 'vitest';
import { makeDir, ROOT } from './place.ts';
import { cleanEnv, type Started, start } from './started.ts';

interface RunnerOptions {
  readonly url: string;
  readonly repo: string;
  /** The agent: a line for `sh`, which finds `scratch` as its first argument. */
  readonly agent: string;
  readonly scratch?: string;
  readonly flags?: readonly string[];
  readonly stateDir?: string;
  /** By which it signs in, where the server asks for that. */
  readonly token?: string;
}

/** `sluice run … -- sh -c AGENT`, ended with the test. */
export const startRunner = (options: RunnerOptions): Started => {
  const { url, repo, agent, scratch = '/nowhere', flags = ['--once'] } = options;
  const runner = start({
    command: `${ROOT}/cli/sluice.js`,
    args: [
      ...['run', '--url', url, '--repo', repo, ...flags],
      ...['--', 'sh', '-c', agent, 'sh', scratch],
    ],
    cwd: repo,
    env: cleanEnv({
      XDG_STATE_HOME: options.stateDir ?? makeDir(),
      ...(options.token === undefined ? {} : { SLUICE_TOKEN: options.token }),
    }),
  });
  onTestFinished(() => runner.kill());
  return runner;
};
