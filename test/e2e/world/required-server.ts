// The same Worker on the same state, as it is deployed: with a sign-in.
import { onTestFinished } from 'vitest';
import { ROOT } from './place.ts';
import { killAll } from './process-tree.ts';
import { cleanEnv, start } from './started.ts';
import { until } from './until.ts';

interface Place {
  readonly port: number;
  readonly persistDir: string;
  /** Settings of the deployment. */
  readonly vars?: Readonly<Record<string, string>>;
}

/** `wrangler dev` where `npm run dev` has been, without its open mode. */
export const serveWithSignIn = async ({ port, persistDir, vars = {} }: Place) => {
  const wrangler = start({
    command: `${ROOT}/node_modules/.bin/wrangler`,
    args: [
      ...['dev', '--local', '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'],
      ...['--persist-to', `${persistDir}/state`, '--show-interactive-dev-session=false'],
      // As before: tokens say who has issued them.
      ...['--var', `PUBLIC_ORIGIN:http://localhost:${port}`],
      ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
    ],
    cwd: ROOT,
    env: cleanEnv({
      CI: '1',
      PATH: `${ROOT}/node_modules/.bin:${process.env['PATH'] ?? ''}`,
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    }),
  });
  onTestFinished(() => wrangler.kill());
  const url = `http://localhost:${port}`;
  const answers = async () => {
    if (wrangler.hasEnded()) throw new Error(wrangler.output());
    return (await fetch(`${url}/health`).catch(() => undefined))?.ok === true;
  };
  await until(answers, { what: `${url} answers`, withinMs: 60_000 });
  const stop = async () => {
    const tree = wrangler.tree();
    wrangler.signal('SIGINT');
    await wrangler.ended;
    await killAll(tree);
  };
  return { url, stop };
};
