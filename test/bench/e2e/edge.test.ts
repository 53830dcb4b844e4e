// The built Worker as a process: what reaches it passes no Node, and no workerd outlives it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../tools/package-root.ts';

const MAIN = join(PACKAGE_ROOT, 'tools/edge/main.ts');
const directory = mkdtempSync(join(tmpdir(), 'sluice-edge-'));
const WAITED_MS = 10_000;

interface Served {
  readonly process: ChildProcess;
  readonly lines: Interface;
  readonly url: string;
}

const nextLine = (lines: Interface): Promise<string> =>
  new Promise((resolve) => {
    lines.once('line', resolve);
  });

const serve = async (): Promise<Served> => {
  const child = spawn(process.execPath, [MAIN, '--persist-to', directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [word, url = ''] = (await nextLine(lines)).split(' ');
  expect(word).toBe('ready');
  return { process: child, lines, url };
};

const isServed = async (url: string): Promise<boolean> => {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
};

/** Asked by its port: a process that nobody has buried yet still has its number. */
const untilGone = async (url: string): Promise<void> => {
  const deadline = performance.now() + WAITED_MS;
  while ((await isServed(url)) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await isServed(url)).toBe(false);
};

const createTask = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ description: 'Survives its server' }),
    signal: AbortSignal.timeout(WAITED_MS),
  });
  expect(answer.status).toBe(201);
  return JSON.parse(await answer.text()).taskId;
};

let taskId = '';
let served: Served;

beforeAll(async () => {
  served = await serve();
});

afterAll(() => {
  served.process.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

it('answers while its Node stands still', async () => {
  served.process.kill('SIGSTOP');
  taskId = await createTask(served.url);
  served.process.kill('SIGCONT');
});

it('runs a line of SQL on D1 and says what came of it', async () => {
  served.process.stdin?.write('sql SELECT 1\n');
  expect(await nextLine(served.lines)).toBe('done');
  served.process.stdin?.write('sql SELECT nothing\n');
  expect(await nextLine(served.lines)).toMatch(/^failed .*nothing/);
});

it('leaves no workerd when it is killed, and goes on where it was', async () => {
  const { url } = served;
  expect(readFileSync(join(directory, 'workerd.pid'), 'utf8')).toMatch(/^\d+\n$/);
  served.process.kill('SIGKILL');
  await untilGone(url);
  served = await serve();
  const answer = await fetch(`${served.url}/tasks/${taskId}`);
  expect(answer.status).toBe(200);
});

it('ends cleanly when it is asked to', async () => {
  const ended = new Promise((resolve) => served.process.once('exit', resolve));
  served.process.kill('SIGTERM');
  expect(await ended).toBe(0);
  await untilGone(served.url);
});
