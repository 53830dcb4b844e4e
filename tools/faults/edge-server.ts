// The built Worker as a process that can be killed and started again on the same state.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { explainTakenPort } from '../dev/port.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { killAll, treeOf } from './process-tree.ts';
import type { Random } from './random.ts';

const MAIN = join(PACKAGE_ROOT, 'tools', 'edge', 'main.ts');
/** Below what the system gives to outgoing connections, for one of those must not take it between two starts. */
const PORTS = { min: 20_000, max: 32_000 } as const;
const TAIL_CHARS = 4_000;

type Process = ChildProcessByStdio<Writable, Readable, Readable>;

export interface EdgeOptions {
  readonly dir: string;
  readonly script: string;
  readonly random: Random;
  /** Whether webhooks may go to this machine. */
  readonly hasLoopbackTargets?: boolean;
}

const findPort = async (random: Random): Promise<number> => {
  for (;;) {
    const port = random.between(PORTS.min, PORTS.max);
    if ((await explainTakenPort(port)) === undefined) return port;
  }
};

export class EdgeServer {
  readonly port: number;
  readonly url: string;
  readonly #options: EdgeOptions;
  #process: Process | undefined;
  #answers: ((line: string) => void)[] = [];
  #isUp = false;
  #tail = '';

  constructor(options: EdgeOptions, port: number) {
    this.#options = options;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    // The last net, for a run that throws.
    process.on('exit', () => this.#process?.kill('SIGKILL'));
  }

  static async start(options: EdgeOptions): Promise<EdgeServer> {
    const server = new EdgeServer(options, await findPort(options.random));
    await server.start();
    return server;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Starts it on the state that is there; resolves when it answers. */
  async start(): Promise<void> {
    const { dir, script, hasLoopbackTargets } = this.#options;
    const args = ['--port', String(this.port), '--persist-to', dir, '--script', script];
    if (hasLoopbackTargets === true) args.push('--loopback-targets');
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: PACKAGE_ROOT,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    child.stdin.on('error', () => undefined);
    child.stderr.on('data', (chunk) => {
      this.#tail = (this.#tail + String(chunk)).slice(-TAIL_CHARS);
    });
    const ready = this.#nextLine();
    createInterface({ input: child.stdout }).on('line', (line) => this.#answers.shift()?.(line));
    const ended = once(child, 'close').then(() => 'ended');
    const line = await Promise.race([ready, ended]);
    if (!line.startsWith('ready ')) throw new Error(`The server said: ${line}\n${this.#tail}`);
    this.#isUp = true;
  }

  /** SIGKILL to Node and workerd at once. */
  async kill(): Promise<void> {
    this.#down();
    const child = this.#process;
    const pids = [child?.pid, this.#workerdPid()].filter((pid) => pid !== undefined);
    await killAll(treeOf(pids));
  }

  async stop(): Promise<void> {
    this.#down();
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const tree = treeOf([child.pid ?? 0]);
    child.kill('SIGTERM');
    await once(child, 'close');
    await killAll(tree);
  }

  /** Runs one statement on D1. */
  async sql(statement: string): Promise<void> {
    const answer = this.#nextLine();
    this.#process?.stdin.write(`sql ${statement}\n`);
    const line = await answer;
    if (line !== 'done') throw new Error(`${statement}: ${line}`);
  }

  #nextLine(): Promise<string> {
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  #down(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#answers = [];
  }

  #workerdPid(): number | undefined {
    const file = join(this.#options.dir, 'workerd.pid');
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  }
}
