// The built Worker as a process: `node tools/edge/main.ts --port N --persist-to DIR [--auth-mode required]
// [--loopback-targets]`.
// It says `ready URL`, and runs each line `sql STATEMENT` of its input on D1.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Edge, type EdgeOptions, startEdge } from './serve.ts';

const readOptions = (args: readonly string[]): EdgeOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '0' },
      'persist-to': { type: 'string' },
      'auth-mode': { type: 'string', default: 'open' },
      script: { type: 'string' },
      'loopback-targets': { type: 'boolean', default: false },
    },
  });
  const authMode = values['auth-mode'];
  if (authMode !== 'open' && authMode !== 'required') {
    throw new Error(`--auth-mode must be "open" or "required", not "${authMode}".`);
  }
  const persistTo = values['persist-to'];
  return {
    port: Number(values.port),
    authMode,
    hasLoopbackTargets: values['loopback-targets'],
    ...(persistTo === undefined ? {} : { persistDir: resolve(persistTo) }),
    ...(values.script === undefined ? {} : { script: resolve(values.script) }),
  };
};

/** One line of the answer, whatever the reason looks like. */
const runLine = async (edge: Edge, line: string): Promise<string> => {
  const sql = /^sql\s+(.+)$/.exec(line)?.[1];
  if (sql === undefined) return 'failed Say `sql STATEMENT`.';
  try {
    await edge.d1(sql);
    return 'done';
  } catch (error) {
    return `failed ${String(error).replaceAll(/\s+/g, ' ')}`;
  }
};

const edge = await startEdge(readOptions(process.argv.slice(2)));

const end = async (): Promise<void> => {
  await edge.stop();
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  // Miniflare listens too, and would exit before its own server has ended.
  process.removeAllListeners(signal);
  process.once(signal, end);
}

process.stdout.write(`ready ${edge.url}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${await runLine(edge, line)}\n`);
}
