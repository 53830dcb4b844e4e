// One task: its log, its sockets, its lease, its one alarm. The rules are the domain's; this file only wires.

import { DurableObject } from 'cloudflare:workers';
import { ok, type Result } from '../../contract/error.ts';
import { fromJsonText, type JsonText, toJsonText } from '../../contract/json-text.ts';
import type { Actor } from '../../contract/principal.ts';
import type { Key } from '../../contract/reply.ts';
import type { Task } from '../../contract/task.ts';
import type { Claim, Command, EmptyTrash, FinishWork, Ingest } from '../../domain/command.ts';
import { decide } from '../../domain/decide.ts';
import { type Outcome, outcomeOf } from '../../domain/outcome.ts';
import { promptsIn } from '../../domain/prompt.ts';
import { type QueueEntry, queueEntry } from '../../domain/queue.ts';
import type { TaskText } from '../../domain/task-text.ts';
import { Alarm } from '../alarm.ts';
import { logAlarmFailure } from '../alarm-failure.ts';
import { closeSafely } from '../socket-close.ts';
import { Waiters, within } from '../waiters.ts';
import { consumers } from './fan-out.ts';
import { LeaseClock } from './lease-clock.ts';
import { type HeartbeatRequest, LeaseDesk } from './lease-desk.ts';
import { LiveFeed } from './live-feed.ts';
import { Relay } from './relay.ts';
import { Retention } from './retention.ts';
import { SessionDesk } from './session-desk.ts';
import { asksForSession, openSession } from './session-door.ts';
import { recallClock } from './session-socket.ts';
import { SESSION, type SocketKeeper } from './socket-keeper.ts';
import { type EventsRequest, type LogsRequest, TaskReader } from './task-reader.ts';
import { TaskReplies } from './task-replies.ts';
import { TaskStore } from './task-store.ts';
import { TASK_MIGRATIONS } from './task-tables.ts';
import { type Standing, standingOf } from './tell-parent.ts';
import { Telling } from './telling.ts';
import { writeRow } from './write-row.ts';

const TELLING_MS = 10_000;

/** What the desk answers at once and is told once others have heard. */
type Answer<M extends 'ingest' | 'finishWork'> = Promise<ReturnType<LeaseDesk[M]>>;

export class TaskObject extends DurableObject<Env> {
  readonly #store: TaskStore;
  readonly #feed: LiveFeed;
  readonly #retention: Retention;
  readonly #relay: Relay;
  readonly #clock: LeaseClock;
  readonly #waiters = new Waiters();
  readonly #desk: LeaseDesk;
  readonly #sessions: SessionDesk;
  readonly #reader: TaskReader;
  readonly #alarm: Alarm;
  readonly #telling: Telling;
  readonly #replies: TaskReplies;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#store = new TaskStore(ctx.storage, ctx.id.name ?? '', TASK_MIGRATIONS);
    this.#replies = new TaskReplies(ctx.storage.sql, this.#store);
    this.#feed = new LiveFeed(ctx, this.#store, () => this.#telling.rearm());
    this.#retention = new Retention(ctx.storage, this.#store.log);
    this.#relay = new Relay(ctx.storage.sql, consumers(env), {
      state: () => this.#store.state,
      hasFoldedAfter: (seq) => this.#store.log.hasFoldedAfter(seq),
      foldedAfter: (seq) => this.#store.log.foldedAfter(seq),
      now: () => Date.now(),
    });
    this.#alarm = new Alarm(ctx.storage);
    this.#clock = new LeaseClock(ctx.storage.kv, (leaseId) => recallClock(ctx, leaseId));
    this.#telling = new Telling({
      ctx,
      relay: this.#relay,
      alarm: this.#alarm,
      clock: this.#clock,
      feed: this.#feed,
      retention: this.#retention,
      state: () => this.#store.state,
    });
    const apply = (command: Command) => this.#apply(command);
    const [store, feed, waiters, clock] = [this.#store, this.#feed, this.#waiters, this.#clock];
    this.#desk = new LeaseDesk({ env, store, clock, waiters, apply });
    this.#sessions = new SessionDesk({
      ctx,
      desk: this.#desk,
      clock: this.#clock,
      apply,
      settle: () => this.#telling.settleLater(),
    });
    this.#reader = new TaskReader({ store, feed, waiters, clock });
  }

  /** Decides, writes, tells. A refusal is a value and has changed nothing. */
  async dispatch(text: JsonText<Command>, key: Key = null): Promise<JsonText<Result<Outcome>>> {
    const command = fromJsonText(text);
    const done = this.#replies.once(key, command, () => {
      const applied = this.#apply(command);
      return applied.ok ? ok(outcomeOf(this.#store.state)) : applied;
    });
    // Before others are told: the task may have been deleted by then.
    const outcome = toJsonText(done);
    if (done.ok) await this.#telling.settled({ isNews: command.type === 'note-subtask' });
    return outcome;
  }

  /** Repeated with the same `leaseId` it answers the same grant. */
  async claim(command: Claim): ReturnType<LeaseDesk['claim']> {
    return this.#told(await this.#desk.claim(command));
  }

  heartbeat(request: HeartbeatRequest, key: Key = null): ReturnType<LeaseDesk['heartbeat']> {
    return this.#replies
      .onceLater(key, request, () => this.#desk.heartbeat(request))
      .finally(() => this.#telling.rearm());
  }

  ingest(command: Ingest, key: Key = null): Answer<'ingest'> {
    return this.#told(this.#replies.once(key, command, () => this.#desk.ingest(command)));
  }

  finishWork(command: FinishWork, key: Key = null): Answer<'finishWork'> {
    return this.#told(this.#replies.once(key, command, () => this.#desk.finishWork(command)));
  }

  #told<T>(done: T): Promise<T> {
    return this.#telling.settled().then(() => done);
  }

  readWork(request: Parameters<LeaseDesk['readWork']>[0]): ReturnType<LeaseDesk['readWork']> {
    return this.#desk.readWork(request);
  }

  readLease(actor: Actor): ReturnType<LeaseDesk['readLease']> {
    return this.#desk.readLease(actor);
  }

  /** A runner's credential is dead: its session ends, and its lease as that of any runner that falls silent. */
  dismiss(runnerId: string): void {
    this.#sessions.dismiss(runnerId);
  }

  /** These have died: who watches by one of them is let go. */
  closeSockets(subjects: readonly string[], now: number): void {
    this.#feed.revoke(subjects, now);
  }

  read(actor: Actor): Result<Task> {
    return this.#reader.read(actor);
  }

  readText(actor: Actor): Result<TaskText> {
    return this.#reader.readText(actor);
  }

  events(request: EventsRequest): ReturnType<TaskReader['events']> {
    return this.#reader.events(request);
  }

  logs(request: LogsRequest): ReturnType<TaskReader['logs']> {
    return this.#reader.logs(request);
  }

  /** What the queue of the project is to know. Null: the task does not exist. */
  entry(): QueueEntry | null {
    return this.#store.state && queueEntry(this.#store.state);
  }

  /** What a parent hears of this task. Null: it does not exist. */
  standing(): Standing | null {
    return this.#store.state && standingOf(this.#store.state);
  }

  /** Writes the row of the listing anew, whatever it says now. False: the task does not exist. */
  relist(): Promise<boolean> {
    return writeRow(this.env, this.#store.state);
  }

  /** Deletes a task that lies in the trash, or any, without a command, for its project is gone. True once it does not exist. */
  async purge(command: EmptyTrash | null): Promise<boolean> {
    // Nothing may arrive anywhere after the task is gone.
    await this.#relay.rest();
    if (this.#store.state === null) return true;
    if (command !== null && !this.#apply(command).ok) return false;
    for (const socket of this.ctx.getWebSockets()) closeSafely(socket, 4410, 'Task deleted');
    this.#alarm.set(null, Date.now(), false);
    await this.#store.erase();
    return true;
  }

  override fetch(request: Request): Response {
    const url = new URL(request.url);
    if (asksForSession(url)) return openSession(request, url, (who) => this.#sessions.open(who));
    return this.#reader.openSocket(request);
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> | void {
    return this.#keeperOf(socket).message(socket, data);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#keeperOf(socket).closed(socket, code);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006);
  }

  #keeperOf(socket: WebSocket): SocketKeeper {
    return this.ctx.getTags(socket).includes(SESSION) ? this.#sessions : this.#feed;
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    try {
      this.#passTime(Date.now());
      // What hangs is tried again; the other deadlines do not wait for it.
      await within(this.#relay.drainAll(), TELLING_MS);
    } catch (error) {
      logAlarmFailure(this.ctx.id.name, error);
    } finally {
      this.#telling.rearm();
    }
  }

  #passTime(now: number): void {
    const { state } = this.#store;
    const expiry = state === null ? null : this.#clock.expiry(state, now);
    if (expiry !== null) this.#apply(expiry);
    if (state !== null) this.#apply({ type: 'tick', now });
    this.#feed.passTime(now);
    this.#retention.passTime(this.#store.state, now);
  }

  /** One decision, written and shown to those who watch. Synchronous: nothing comes between. */
  #apply(command: Command): Result<number> {
    const decided = decide(this.#store.state, command);
    if (!decided.ok) return decided;
    const events = this.#store.commit(decided.value, command.now);
    if (events.length === 0) return ok(0);
    this.#store.keepPrompts(promptsIn(command));
    const wanted = this.#relay.note(events);
    if (wanted) this.#telling.noteDue(command.now);
    this.#feed.publish(events);
    this.#retention.trim();
    this.#waiters.wake();
    this.#sessions.tell();
    return ok(events.length);
  }
}
