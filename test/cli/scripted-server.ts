// The server's side of the runner protocol with one task, whose works are a script.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ProducedEvent } from '../../src/contract/batch.ts';
import type { Command } from '../../src/contract/lease.ts';
import type { Grant } from '../../src/contract/runner.ts';
import type { Next, ResultBody, Work } from '../../src/contract/work.ts';

export const TASK = 'task_1_aaaaaaaaaaaaaaaaaaaa';

export const stageWork = (workId: string, prompt = 'do it'): Work => ({
  workId,
  kind: 'stage',
  stage: 'implementation',
  index: 1,
  of: 1,
  try: 1,
  agent: { name: 'developer', model: 'sonnet', tools: [], prompt },
  inputs: {},
  outputs: [],
  feedback: [],
  limits: { timeoutSeconds: 600, maxTurns: 100, graceSeconds: 1 },
});

export const actionWork = (
  workId: string,
  kind: 'commit' | 'merge',
  action: Work['action'],
): Work => {
  const { agent: _, ...rest } = stageWork(workId);
  return { ...rest, kind, gateId: null, ...(action === undefined ? {} : { action }) };
};

/** A grant with the parts that a test wants otherwise. */
export interface GrantParts {
  readonly task?: Partial<Grant['task']>;
  readonly project?: Partial<Grant['config']['project']>;
  readonly resume?: Partial<Grant['resume']>;
}

export const grantOf = (
  work: Work,
  { task = {}, project = {}, resume = {} }: GrantParts,
): Grant => ({
  requestId: '',
  lease: { leaseId: 'lse_1', epoch: 7, expiresAt: '', ttlMs: 60_000, heartbeatMs: 20_000 },
  agentToken: 'agent-secret',
  agentTokenExpiresAt: '',
  seq: 1,
  task: {
    id: TASK,
    description: 'Add login',
    workflow: 'feature',
    autonomy: 'full',
    priority: 'normal',
    effort: 'medium',
    attempt: 1,
    projectId: 'prj_1',
    environment: 'development',
    branchName: 'apex/add-login',
    workBranch: 'apex/add-login',
    baseRef: 'main',
    parentTaskId: null,
    metadata: {},
    ...task,
  },
  work,
  budget: {
    cost: { limit: 10, spent: 0, reserved: 5.5, remaining: 10 },
    tokens: { limit: 1_000_000, spent: 0, reserved: 0, remaining: 1_000_000 },
    wall: { limitSeconds: 28_800, usedSeconds: 0 },
    changes: { limitFiles: null, limitLines: null, files: 0, lines: 0 },
    daily: { limit: 100, spent: 0, reserved: 5.5 },
    state: 'ok',
  },
  config: {
    project: {
      name: 'p',
      lintCommand: 'npm run lint',
      buildCommand: 'npm run build',
      testCommand: 'npm test',
      ...project,
    },
    git: {
      branchPrefix: 'apex/',
      commitFormat: 'conventional',
      autoPush: false,
      defaultBranch: 'main',
      commitAfterSubtask: true,
      pushAfterTask: false,
      createPR: 'never',
      prDraft: false,
      prLabels: [],
      prReviewers: [],
    },
    workspace: { defaultStrategy: 'none', cleanupOnComplete: true },
  },
  resume: { checkpoint: null, lastRunnerId: null, commit: null, ...resume },
});

interface Reply {
  readonly status: number;
  readonly body: unknown;
}
interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const no = (status: number, code: string, extra = {}): Reply => ({
  status,
  body: { error: code, code, ...extra },
});
const STOP: Next = { do: 'stop', status: 'completed', released: true };

export class ScriptedServer {
  readonly events: ProducedEvent[] = [];
  readonly results: ResultBody[] = [];
  readonly asked: Asked[] = [];
  readonly acks: string[] = [];
  readonly artifacts = new Map<string, Buffer>();
  /** What follows on a result, in order; then the task stops as completed. */
  next: ((result: ResultBody) => Next)[] = [];
  /** Why the next results are refused, one each. */
  refusals: string[] = [];
  commands: Command[] = [];
  onResult: (result: ResultBody) => void = () => undefined;
  /** What who asks people is told. */
  onGate: (body: Record<string, unknown>) => Reply = () => no(404, 'not_found');
  isLeaseOver = false;
  grant: GrantParts = {};
  #work: Work | undefined;
  #server: Server | undefined;
  #port = 0;
  #token = 0;
  #watchers: (() => void)[] = [];
  readonly #beats = new Set<() => void>();

  readonly #first: Work;

  constructor(work: Work) {
    this.#first = work;
    this.#work = work;
    onTestFinished(() => this.down());
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async up(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** As a crash: every connection is cut, and the runner's token is forgotten. */
  down(): void {
    this.#token += 1;
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  /** Wakes the heartbeats that are held. */
  wake(): void {
    for (const beat of this.#beats) beat();
  }

  /** As after the end of a lost runner's lease: the same work, under a new count of events. */
  giveAgain(): void {
    this.#work = this.#first;
    this.events.length = 0;
  }

  /** Resolves once a request made it true. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  messages(): unknown[] {
    return this.events.map(({ data }) => data['message']);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = request.url ?? '';
    const file = /\/artifacts\/([^?]+)/.exec(path)?.[1];
    if (file !== undefined) {
      this.#serveArtifact(request, response, { file, bytes: Buffer.concat(chunks) });
      return;
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const body = JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
    this.asked.push({ path, body });
    this.#tell();
    const isKnown = request.headers.authorization === `Bearer slc_run_${this.#token}`;
    const isOpen = path === '/runners' || path.endsWith('/status');
    const reply = isKnown || isOpen ? await this.#answer(path, body) : no(401, 'invalid_token');
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reply.body));
    this.#tell();
  }

  #serveArtifact(
    { method }: IncomingMessage,
    response: ServerResponse,
    { file, bytes }: { file: string; bytes: Buffer },
  ): void {
    const name = decodeURIComponent(file);
    if (method === 'PUT') this.artifacts.set(name, bytes);
    const kept = this.artifacts.get(name);
    response.writeHead(kept === undefined ? 404 : method === 'PUT' ? 201 : 200);
    response.end(method === 'PUT' || kept === undefined ? JSON.stringify({ name }) : kept);
    this.#tell();
  }

  #tell(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  async #answer(path: string, body: Record<string, unknown>): Promise<Reply> {
    if (path === '/runners') {
      return ok({ runner: { id: 'run_1', name: 'r' }, token: `slc_run_${this.#token}` });
    }
    if (path === '/runners/run_1/claim') return this.#claim(Number(body['waitMs']));
    if (path.endsWith('/status')) return ok({ ok: true });
    if (this.isLeaseOver) return no(409, 'stale_epoch', { currentEpoch: 8 });
    if (path.endsWith('/heartbeat')) return this.#beat(body);
    if (path.endsWith('/release')) return ok({ ok: true });
    if (path.endsWith('/events')) return this.#take(body['events'] as ProducedEvent[]);
    if (path.endsWith('/gates')) return this.onGate(body);
    if (!path.endsWith('/result')) return no(404, 'not_found');
    const result = body as unknown as ResultBody;
    this.results.push(result);
    this.onResult(result);
    const refusal = this.refusals.shift();
    if (refusal !== undefined)
      return { status: 400, body: { error: refusal, code: 'bad_request' } };
    return ok({ next: this.next.shift()?.(result) ?? STOP, seq: 1 });
  }

  async #claim(waitMs: number): Promise<Reply> {
    const work = this.#work;
    this.#work = undefined;
    if (work === undefined && waitMs > 0) await this.#held();
    const grants = work === undefined ? [] : [grantOf(work, this.grant)];
    return ok({ grants, queue: {}, drain: false, retryAfterMs: 0 });
  }

  async #beat(body: Record<string, unknown>): Promise<Reply> {
    this.acks.push(...(body['acks'] as string[]));
    this.commands = this.commands.filter(({ id }) => !this.acks.includes(id));
    if (this.commands.length === 0 && Number(body['waitMs']) > 0) await this.#held();
    if (this.isLeaseOver) return no(409, 'stale_epoch', { currentEpoch: 8 });
    return ok({ lease: {}, commands: this.commands, gates: [], seq: 1 });
  }

  async #held(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#beats.add(resolve);
      this.#server?.once('close', resolve);
    });
  }

  #take(events: readonly ProducedEvent[]): Reply {
    const fresh = events.filter(({ n }) => n > this.events.length);
    if (fresh[0] !== undefined && fresh[0].n !== this.events.length + 1) {
      return no(409, 'sequence_gap', { expected: this.events.length + 1 });
    }
    this.events.push(...fresh);
    return ok({ producer: 'main', acked: this.events.length, seq: 1, duplicates: 0 });
  }
}
