// One project: its queue, its runners, its config, its board. It is never asked on the way to reading a task, but for
// why one that waits does so. The parts do the work; this file only wires.

import { DurableObject } from 'cloudflare:workers';
import type { Config } from '../../contract/config.ts';
import type { Result } from '../../contract/error.ts';
import type { DaemonHealth } from '../../contract/health.ts';
import { fromJsonText, type JsonText } from '../../contract/json-text.ts';
import type { Actor } from '../../contract/principal.ts';
import type { Kept, Key, Keyed } from '../../contract/reply.ts';
import type { QueueAnswer, Runner } from '../../contract/runner.ts';
import type { QueueEntry } from '../../domain/queue.ts';
import { Alarm } from '../alarm.ts';
import { logAlarmFailure } from '../alarm-failure.ts';
import { askDoor } from '../ask-door.ts';
import { closeEnded } from '../credential-sockets.ts';
import type { Begun } from '../kept-replies.ts';
import { migrate } from '../migrations.ts';
import { closeSafely } from '../socket-close.ts';
import { within } from '../waiters.ts';
import type { Claimed, ClaimRequest } from './claim-desk.ts';
import { eraseProject } from './erase-project.ts';
import { leadsTo } from './leads-to.ts';
import { type RebuiltPage, rebuildPage } from './listing-desk.ts';
import { openWatcher } from './open-watcher.ts';
import { type ProjectDoors, projectDoors } from './project-doors.ts';
import { projectDueAt } from './project-due.ts';
import { PROJECT_MIGRATIONS, projectParts } from './project-parts.ts';
import type { Explanation } from './queue-desk.ts';
import { queueParts } from './queue-parts.ts';
import { LINE, runnerIn } from './runner-line.ts';
import type { RunnerFacts } from './runner-table.ts';
import { type TaskNews, takeNews } from './take-news.ts';
import { tellEmptied } from './tell-emptied.ts';
import { TrashDesk } from './trash-desk.ts';

/** How long one that is told waits for those that must hear of it in turn. */
const TELLING_MS = 1_000;

export class ProjectObject extends DurableObject<Env> {
  readonly #parts: ReturnType<typeof projectParts>;
  readonly #trash: TrashDesk;
  readonly #alarm: Alarm;
  readonly #queue: ReturnType<typeof queueParts>;
  readonly #doors: ProjectDoors;
  /** What `ask` leads to, as a type alone. */
  declare readonly doors: ProjectDoors;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, PROJECT_MIGRATIONS);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#alarm = new Alarm(ctx.storage);
    const armed = () => this.#alarm.armAhead(Date.now());
    this.#parts = projectParts(ctx, env, { armAhead: armed, rearm: () => this.#rearm() });
    this.#doors = projectDoors(this.#parts);
    const emptied = (ids: readonly string[]) => tellEmptied(this.#parts, ids);
    this.#trash = new TrashDesk(env, ctx.id.name ?? '', { ...this.#parts, emptied, armed });
    this.#queue = queueParts(ctx, env, this.#parts, () => this.#rearm());
    this.#parts.viewers.resume();
  }

  /** Calls a method of one of the doors; see `projectDoor`. */
  ask(part: keyof ProjectDoors, method: string, values: readonly unknown[]): Promise<unknown> {
    return askDoor(this.#doors[part], method, values);
  }

  /** A task says how it stands and what has happened to it. Told twice, or late, it changes nothing. */
  async applyTask(text: JsonText<TaskNews>): Promise<void> {
    const told = takeNews(this.ctx, this.#parts, fromJsonText(text));
    this.#parts.viewers.publish(told.events);
    this.#parts.desk.handOver();
    this.#parts.deployments.handOver();
    if (told.isNews) this.#queue.waiters.wake();
    this.#parts.health.publish(Date.now());
    if (this.#parts.teller.dueAt(Date.now()) === null) return;
    this.#alarm.armAhead(Date.now());
    await within(this.#parts.teller.drain(), TELLING_MS);
    this.#rearm();
  }

  registerRunner(runner: RunnerFacts): Runner {
    return this.#parts.feed.after(() => this.#queue.runnerDesk.register(runner));
  }

  claim(request: ClaimRequest, key: Key = null): Promise<Kept<Claimed>> {
    const claim = () => this.#queue.claimDesk.claim(request);
    return this.#parts.feed.after(() => this.#parts.replies.onceLater(key, claim));
  }

  /** Writes down a key before work that takes several calls, or answers what was begun under it. */
  beginKeyed(key: Keyed): Kept<Begun> {
    return this.#parts.replies.begin(key);
  }

  /** What it came to; without a reply it is as if it had not been begun. */
  finishKeyed(k: string, reply?: unknown): void {
    this.#parts.replies.finish(k, reply);
  }

  /** Each with its tasks of some environments, or of all. */
  listRunners(environments: readonly string[] | null): Runner[] {
    return this.#queue.runnerDesk.list(environments);
  }

  findRunner(id: string, environments: readonly string[] | null): Runner | null {
    return this.#queue.runnerDesk.find(id, environments);
  }

  drainRunner(id: string, key: Key = null): Kept<null> {
    const drain = () => this.#queue.runnerDesk.drain(id);
    return this.#parts.feed.after(() => this.#parts.replies.once(key, drain));
  }

  removeRunner(id: string, force: boolean): Result<null> {
    return this.#parts.feed.after(() => this.#queue.runnerDesk.remove(id, force));
  }

  /** The tasks that are leased to a runner. */
  tasksOf(runnerId: string): string[] {
    return this.#parts.leases.tasksOf(runnerId);
  }

  readQueue(environments: readonly string[] | null): QueueAnswer {
    return this.#queue.queueDesk.read(environments);
  }

  explain(taskId: string): Explanation | null {
    return this.#queue.queueDesk.explain(taskId);
  }

  /** Whether one of these tasks waits, through however many others, for one of the targets. */
  leadsTo(entries: readonly QueueEntry[], targets: readonly string[]): boolean {
    return leadsTo(this.#parts, entries, targets);
  }

  /** Null: no runner is connected. */
  readHealth(): DaemonHealth | null {
    return this.#parts.health.read(Date.now());
  }

  emptyTrash(actor: Actor): Promise<number> {
    return this.#trash.empty(actor).finally(() => this.#rearm());
  }

  /** The part of the config that differs from the defaults. */
  readConfigPatch(): unknown {
    return this.#parts.config.patch;
  }

  changeConfig(
    projectName: string,
    change: Readonly<Record<string, unknown>>,
    key: Key = null,
  ): Kept<Config> {
    const { config, replies } = this.#parts;
    const changed = replies.once(key, () => config.change(projectName, change));
    if (changed.ok) this.#queue.waiters.wake();
    return changed;
  }

  rebuildListing(projectId: string, after: string, key: Key = null): Promise<Kept<RebuiltPage>> {
    const { queue, replies } = this.#parts;
    return replies.onceLater(key, () => rebuildPage(this.env, queue, { projectId, after }));
  }

  /** Erases at most `max` tasks, then itself. True once nothing is left of a project that is gone or was never made. */
  erase(max: number): Promise<boolean> {
    return eraseProject(this.env, { ctx: this.ctx, queue: this.#parts.queue }, max);
  }

  /** A runner opens its line, or somebody watches the board, or the health of its runners. */
  override fetch(request: Request): Response {
    this.#parts.feed.tell();
    const runner = runnerIn(request);
    if (runner !== null) return this.#queue.lines.open(runner, Date.now());
    const answer = openWatcher(request, this.#parts, this.ctx.getWebSockets().length);
    if (this.#parts.sockets.dueAt() !== null || this.#parts.viewers.isWatched) this.#rearm();
    return answer;
  }

  /** These have died: who watches by one of them is let go. */
  closeSockets(subjects: readonly string[], now: number): void {
    closeEnded(this.#parts.sockets.takeDead(subjects, now));
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    // `ping` is answered without waking; anything else a viewer says is ignored and harmless.
    if (this.#isLine(socket)) await this.#queue.lines.message(socket, data);
  }

  #isLine(socket: WebSocket): boolean {
    return this.ctx.getTags(socket).includes(LINE);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    if (this.#isLine(socket)) this.#queue.lines.closed(socket);
    this.#parts.sockets.closed(socket);
    closeSafely(socket, code);
  }

  override webSocketError(): void {
    // The viewer is gone; it comes back with its cursor.
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    this.#parts.feed.tell();
    closeEnded(this.#parts.sockets.takeExpired(Date.now()));
    try {
      await Promise.all([
        this.#queue.claimDesk.lookUp(),
        this.#parts.teller.drain(),
        this.#trash.finishDue(Date.now()),
        this.#parts.desk.ring(Date.now()),
        this.#parts.deployments.ring(Date.now()),
      ]);
    } catch (error) {
      logAlarmFailure(this.ctx.id.name, error);
    } finally {
      this.#queue.waiters.wake();
      this.#rearm();
    }
  }

  #rearm(): void {
    const now = Date.now();
    this.#alarm.set(
      projectDueAt({ ...this.#parts, trash: this.#trash, lines: this.#queue.lines }, now),
      now,
      false,
    );
  }
}
