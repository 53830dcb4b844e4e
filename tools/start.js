// Runs a command of this package on the Node that package.json pins, whatever `node` is on the PATH.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMANDS = [
  ...['dev', 'check', 'test', 'e2e', 'gen', 'rebuild-listing'],
  ...['bundle', 'bench', 'faults', 'deliveries', 'fuzz', 'speed', 'bootstrap', 'lint-openapi'],
  'screenshots',
];
const PARENT_POLL_MS = 1_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');
const [command = '', ...args] = process.argv.slice(2);

/** @returns {boolean} whether this Node runs TypeScript as it is, which it does since 22.18 */
const runsTypeScript = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
};

/** @param {string} sentence */
const refuse = (sentence) => {
  console.error(sentence);
  process.exitCode = 1;
};

/** @returns {string} who started this process; npm puts a shell between, which outlives npm unharmed */
const readAncestors = () => {
  const parent = String(process.ppid);
  if (process.env['npm_lifecycle_event'] !== command) return parent;
  try {
    const [, afterName = ''] = readFileSync(`/proc/${parent}/stat`, 'utf8').split(') ');
    return `${parent} ${afterName.split(' ')[1]}`;
  } catch {
    return parent;
  }
};

/** A command whose parent was killed would run on unseen. */
const endWithParent = () => {
  const ancestors = readAncestors();
  const timer = setInterval(() => {
    if (readAncestors() === ancestors) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS);
  timer.unref();
};

/** The terminal sends Ctrl-C to both processes, so this one only waits; other signals are handed on. */
const runOnPinnedNode = () => {
  endWithParent();
  const child = spawn(pinnedNode, process.argv.slice(1), { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
};

const runHere = async () => {
  endWithParent();
  const { run } = await import(`./${command}.ts`);
  process.exit(await run(args));
};

process.env['PATH'] = [bin, process.env['PATH'] ?? ''].join(delimiter);
process.env['WRANGLER_SEND_METRICS'] = 'false';
process.env['CLOUDFLARE_CF_FETCH_ENABLED'] = 'false';

if (!COMMANDS.includes(command)) {
  refuse(`Usage: node tools/start.js <${COMMANDS.join('|')}> [arguments]`);
} else if (!existsSync(bin)) {
  refuse('The packages are not installed. Run `npm ci` first.');
} else if (runsTypeScript()) {
  await runHere();
} else if (existsSync(pinnedNode)) {
  runOnPinnedNode();
} else {
  refuse(
    `Node ${process.versions.node} is too old and the pinned one is missing. Run \`npm ci\` first.`,
  );
}
