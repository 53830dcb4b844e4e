import { stripVTControlCharacters } from 'node:util';
import { type Child, startChild } from '../child-process.ts';
import { toolScript } from '../package-root.ts';
import type { AuthMode } from './options.ts';

export interface ServerOptions {
  readonly root: string;
  readonly port: number;
  readonly stateDir: string;
  readonly isVerbose: boolean;
  readonly authMode?: AuthMode;
  /** The setting BOOTSTRAP: how the first owner comes to be. */
  readonly bootstrap?: string;
}

export type Server =
  | { readonly ok: true; readonly url: string; readonly child: Child }
  | { readonly ok: false; readonly reason: string };

const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;
/** Requests a minute, on one's own machine. */
export const LOCAL_RATE_LIMIT = 600_000;

const isHealthy = async (url: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const NOISE = /wrangler:info\] (GET|POST|PUT|PATCH|DELETE) |^─+$|⛅️|Logs were written to/;

/** What wrangler says, without colours, its banner and its line for every request. */
export const describeFailure = (output: string): string =>
  stripVTControlCharacters(output)
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .join('\n')
    .replace(/\n\s*\n\s*\n/g, '\n\n')
    .trim();

/** What wrangler is called with. */
export const serverArgs = ({
  port,
  stateDir,
  authMode = 'open',
  bootstrap,
}: ServerOptions): string[] => [
  ...[toolScript.wrangler, 'dev', '--local', '--port', String(port)],
  // Both `localhost` and 127.0.0.1 lead here, and no other machine does.
  ...['--ip', '127.0.0.1', '--inspector-port', '0'],
  ...['--persist-to', stateDir, '--var', `AUTH_MODE:${authMode}`],
  ...(bootstrap === undefined ? [] : ['--var', `BOOTSTRAP:${bootstrap}`]),
  // One name for one server: what was issued at `localhost` is good at 127.0.0.1 too, and passkeys want a host name.
  ...['--var', `PUBLIC_ORIGIN:http://localhost:${port}`, '--var', 'ALLOW_LOOPBACK_TARGETS:1'],
  // A load test is to measure the server and not the limiter.
  ...['--var', `RATE_LIMIT_DEFAULT:${LOCAL_RATE_LIMIT}`],
  '--show-interactive-dev-session=false',
];

/** Starts the Worker on this machine and waits until it answers. */
export const startServer = async (options: ServerOptions): Promise<Server> => {
  const child = startChild({
    command: process.execPath,
    args: serverArgs(options),
    cwd: options.root,
    env: { ...process.env, CI: '1' },
    output: options.isVerbose ? (text) => process.stderr.write(text) : 'keep',
  });
  let hasEnded = false;
  void child.ended.then(() => {
    hasEnded = true;
  });
  const url = `http://localhost:${options.port}`;
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!hasEnded && performance.now() < deadline) {
    if (await isHealthy(url)) return { ok: true, url, child };
    await wait(POLL_MS);
  }
  const what = hasEnded ? 'The server ended before it was ready.' : 'The server does not answer.';
  return { ok: false, reason: `${what}\n${describeFailure(child.tail())}` };
};
