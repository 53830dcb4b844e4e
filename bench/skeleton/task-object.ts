import { DurableObject } from 'cloudflare:workers';
import { BlockLog, type LogEvent } from './block-log.ts';
import type { SkeletonEnv } from './env.ts';
import { insertAudit, upsertTask } from './listing.ts';
import { createdTask, listedTask, PROJECT_ID, type TaskView, withPlan } from './task-text.ts';

const ARM_AHEAD_MS = 2_000;
const NEWEST_LOGS = 100;
const WINDOW = { frames: 8, bytes: 2_097_152 };
const ONE = 'one';
const MANY = 'many';
const SESSION = 'session';

interface SessionFrame {
  readonly p: string;
  readonly n: number;
  readonly e: readonly (readonly [type: string, data: unknown])[];
}

/** One task: the writes of the real one, and nothing that decides. */
export class TaskObject extends DurableObject<SkeletonEnv> {
  readonly #log: BlockLog;
  #view: TaskView | undefined;

  constructor(ctx: DurableObjectState, env: SkeletonEnv) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#log = new BlockLog(ctx.storage);
  }

  get #task(): TaskView {
    this.#view ??= this.#log.firstBody()[0]?.data as TaskView;
    return this.#view;
  }

  async create(id: string, description: string, hasAllGates: boolean): Promise<void> {
    this.#log.make();
    const at = new Date().toISOString();
    this.#view = createdTask({ id, description, at, hasAllGates });
    await this.#tell([
      { type: 'task:created', data: withPlan(this.#view) },
      { type: 'task:queued', data: { status: 'queued', waitingFor: 'runner' } },
    ]);
  }

  async report(status: string, message: string): Promise<void> {
    this.#task.status = status;
    this.#task.statusMessage = message;
    await this.#tell([{ type: 'task:stage-changed', data: { status, message } }]);
  }

  async approve(gateName: string, approver: string): Promise<void> {
    const { status, id } = this.#task;
    const gateId = `gate_${id.slice(-20)}${gateName.slice(0, 6)}`;
    const facts = { gateId, gateName, status, approverId: 'usr_local', approver };
    const actionHash = 'sha256:mRyE8z93C0STM8ByPU0IkzvqCBoP9gZdgsdY8h6C_ls';
    this.ctx.waitUntil(this.#audit(gateId));
    await this.#tell([{ type: 'gate:approved', data: { ...facts, actionHash } }]);
  }

  /** A decision is written down where those of the whole project are. */
  async #audit(gateId: string): Promise<void> {
    await insertAudit(this.env.DB, gateId);
    this.#moveCursor('audit');
  }

  addLog(data: object): void {
    this.#append([{ type: 'log:entry', data }], { kind: 'p', logs: 1 });
  }

  read(): object {
    return { ...this.#task, logs: this.#log.newestLogs(NEWEST_LOGS) };
  }

  #append(
    drafts: readonly { readonly type: string; readonly data: unknown }[],
    row: { kind: 's' | 'p'; logs: number; producer?: string; producerTo?: number },
  ): LogEvent[] {
    const timestamp = new Date().toISOString();
    const first = this.#log.seq + 1;
    const taskId = this.#task.id;
    const events = drafts.map(({ type, data }, index) => {
      return { type, taskId, timestamp, seq: first + index, data };
    });
    const body = this.#log.append(events, { ...row, state: this.#task });
    this.#task.seq = this.#log.seq;
    this.#task.updatedAt = timestamp;
    this.#publish(events, body);
    return events;
  }

  #publish(events: readonly LogEvent[], body: string): void {
    const single = this.ctx.getWebSockets(ONE);
    if (single.length > 0) {
      const frames = events.map((event) => JSON.stringify(event));
      for (const socket of single) for (const frame of frames) socket.send(frame);
    }
    const frame = `{"t":"events","from":${events[0]?.seq},"events":${body}}`;
    for (const socket of this.ctx.getWebSockets(MANY)) socket.send(frame);
  }

  /** The listing is waited for, the project is not; the alarm stands for a crash before both have heard. */
  async #tell(drafts: readonly { readonly type: string; readonly data: unknown }[]): Promise<void> {
    const events = this.#append(drafts, { kind: 's', logs: 0 });
    const at = Date.now();
    void this.ctx.storage.setAlarm(at + ARM_AHEAD_MS);
    const { id, status, seq } = this.#task;
    const project = this.env.PROJECT.getByName(PROJECT_ID);
    const row = listedTask(this.#task);
    const told = project.applyTask({ taskId: id, seq, status, at, row }, events).then(() => {
      this.#moveCursor('project');
      void this.ctx.storage.deleteAlarm();
    });
    this.ctx.waitUntil(told);
    await upsertTask(this.env.DB, this.#task);
    this.#moveCursor('listing');
  }

  #moveCursor(consumer: string): void {
    const sql = `INSERT OR REPLACE INTO cursors(consumer, seq, attempts, retry_at) VALUES (?, ?, 0, NULL)`;
    this.ctx.storage.sql.exec(sql, consumer, this.#task.seq);
  }

  /** A viewer's socket, or a runner's session. */
  override fetch(request: Request): Response {
    const offered = request.headers.get('Sec-WebSocket-Protocol') ?? '';
    const isSession = offered === 'sluice.runner.v1';
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [isSession ? SESSION : offered === '' ? ONE : MANY]);
    const hello = { t: 'hello', producers: {}, window: WINDOW, seq: this.#log.seq };
    const state = { type: 'task:state', taskId: this.#task.id, data: this.#task };
    server.send(JSON.stringify(isSession ? hello : state));
    const headers = offered === '' ? undefined : { 'Sec-WebSocket-Protocol': offered };
    return new Response(null, { status: 101, webSocket: client, ...(headers && { headers }) });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (this.ctx.getTags(socket)[0] !== SESSION || typeof message !== 'string') return;
    // Sent by the bench alone.
    const frame = JSON.parse(message) as SessionFrame;
    const { p: producer, n, e } = frame;
    const to = n + e.length - 1;
    const drafts = e.map(([type, data]) => ({ type, data }));
    this.#append(drafts, { kind: 'p', logs: e.length, producer, producerTo: to });
    socket.send(JSON.stringify({ t: 'ack', p: producer, n: to, seq: this.#log.seq }));
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close(1000);
  }

  override alarm(): void {
    // It is set for a crash only, and here nothing crashes.
  }
}
