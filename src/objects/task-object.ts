// One task: its log, its sockets, its lease, its one alarm. The rules are the domain's; this file only wires.

import { DurableObject } from 'cloudflare:workers';
import { ok, type Result, TASK_NOT_FOUND } from '../contract/error.ts';
import type { Actor } from '../contract/principal.ts';
import type { Task } from '../contract/task.ts';
import { upsertTask } from '../db/tasks.ts';
import type { Claim, Command, FinishWork, Ingest } from '../domain/command.ts';
import { earliestDeadline } from '../domain/deadlines.ts';
import { decide } from '../domain/decide.ts';
import { type QueueEntry, queueEntry } from '../domain/queue.ts';
import { taskRow, taskSnapshot } from '../domain/view.ts';
import { LOG_MIGRATIONS } from './event-log.ts';
import { consumers } from './fan-out.ts';
import { LeaseClock } from './lease-clock.ts';
import { type HeartbeatRequest, LeaseDesk } from './lease-desk.ts';
import { LiveFeed } from './live-feed.ts';
import { RELAY_MIGRATIONS, Relay } from './relay.ts';
import { SNAPSHOT_MIGRATIONS } from './snapshot.ts';
import { type EventsRequest, TaskReader } from './task-reader.ts';
import { TaskStore } from './task-store.ts';
import { Waiters, within } from './waiters.ts';

const MIGRATIONS = [...LOG_MIGRATIONS, ...SNAPSHOT_MIGRATIONS, ...RELAY_MIGRATIONS];
/** How long a request waits for the listing; after that the alarm catches up. */
const LISTING_WAIT_MS = 1_000;
/** A crash between the commit and its telling costs one wake, this much later. */
const ARM_AHEAD_MS = 2_000;
/** How long an alarm waits for those who are told. */
const TELLING_MS = 10_000;
const NEWEST_LOGS = 100;

/** What a command came to. */
export interface Outcome {
  readonly seq: number;
  readonly status: Task['status'];
  /** The gate that holds what was asked. */
  readonly heldAt?: string;
}

export class TaskObject extends DurableObject<Env> {
  readonly #store: TaskStore;
  readonly #feed: LiveFeed;
  readonly #relay: Relay;
  readonly #clock: LeaseClock;
  readonly #waiters = new Waiters();
  readonly #desk: LeaseDesk;
  readonly #reader: TaskReader;
  /** What the alarm is set to; undefined until this instance has looked. */
  #armedFor: number | null | undefined;
  #provisional = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#store = new TaskStore(ctx.storage, ctx.id.name ?? '', MIGRATIONS);
    this.#feed = new LiveFeed(ctx, this.#store);
    this.#relay = new Relay(ctx.storage.sql, consumers(env), {
      state: () => this.#store.state,
      hasFoldedAfter: (seq) => this.#store.log.hasFoldedAfter(seq),
      now: () => Date.now(),
    });
    this.#clock = new LeaseClock(ctx.storage.kv);
    this.#desk = new LeaseDesk({
      env,
      store: this.#store,
      clock: this.#clock,
      waiters: this.#waiters,
      apply: (command) => this.#apply(command),
    });
    this.#reader = new TaskReader(this.#store, this.#feed, this.#waiters);
    this.#feed.resume();
  }

  /** Decides, writes, tells. A refusal is a value and has changed nothing. */
  async dispatch(command: Command): Promise<Result<Outcome>> {
    const applied = this.#apply(command);
    if (!applied.ok) return applied;
    await this.#settled();
    return ok(this.#outcome());
  }

  /** Grants the lease, or says why not. Repeated with the same `leaseId` it answers the same grant. */
  async claim(command: Claim): ReturnType<LeaseDesk['claim']> {
    const granted = await this.#desk.claim(command);
    await this.#settled();
    return granted;
  }

  heartbeat(request: HeartbeatRequest): ReturnType<LeaseDesk['heartbeat']> {
    return this.#desk.heartbeat(request).finally(() => this.#rearm());
  }

  async ingest(command: Ingest): Promise<ReturnType<LeaseDesk['ingest']>> {
    const taken = this.#desk.ingest(command);
    await this.#settled();
    return taken;
  }

  async finishWork(command: FinishWork): Promise<ReturnType<LeaseDesk['finishWork']>> {
    const finished = this.#desk.finishWork(command);
    await this.#settled();
    return finished;
  }

  readWork(request: Parameters<LeaseDesk['readWork']>[0]): ReturnType<LeaseDesk['readWork']> {
    return this.#desk.readWork(request);
  }

  readLease(actor: Actor): ReturnType<LeaseDesk['readLease']> {
    return this.#desk.readLease(actor);
  }

  /** The task with its newest logs. */
  read(actor: Actor): Result<Task> {
    const state = this.#reader.visible(actor);
    if (state === null) return TASK_NOT_FOUND;
    const clock = this.#clock.view(state, Date.now());
    return ok({ ...taskSnapshot(state, clock), logs: this.#store.log.newestLogs(NEWEST_LOGS) });
  }

  events(request: EventsRequest): ReturnType<TaskReader['events']> {
    return this.#reader.events(request);
  }

  /** What the queue of the project is to know. Null: the task does not exist. */
  entry(): QueueEntry | null {
    const { state } = this.#store;
    return state === null ? null : queueEntry(state);
  }

  /** Writes the row of the listing anew, whatever it says now. False: the task does not exist. */
  async relist(): Promise<boolean> {
    const { state } = this.#store;
    if (state === null) return false;
    await upsertTask(this.env.DB, { row: taskRow(state), seq: state.seq, overwrite: true });
    return true;
  }

  override fetch(request: Request): Response {
    return this.#reader.openSocket(request, (actor) => this.read(actor));
  }

  override webSocketMessage(): void {
    // `ping` is answered without waking; anything else a viewer says is ignored and harmless.
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    try {
      // Codes that may not be sent stand for a plain end.
      socket.close(code === 1005 || code === 1006 || code === 1015 ? 1000 : code);
    } catch {
      // It was closed already.
    }
  }

  override webSocketError(): void {
    // The viewer is gone; it comes back with its cursor.
  }

  override async alarm(): Promise<void> {
    this.#armedFor = null;
    this.#provisional = false;
    try {
      this.#passTime(Date.now());
      // What hangs is tried again; the other deadlines do not wait for it.
      await within(this.#relay.drainAll(), TELLING_MS);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.error(JSON.stringify({ event: 'alarm-failed', taskId: this.ctx.id.name, message }));
    } finally {
      this.#rearm();
    }
  }

  #passTime(now: number): void {
    const { state } = this.#store;
    if (state?.lease !== undefined) {
      const endsAt = this.#clock.endsAt(state, now);
      if (endsAt !== null && endsAt <= now) {
        const { leaseId } = state.lease;
        const confirmed = this.#clock.isConfirmed(state, now);
        this.#apply({ type: 'expire-lease', now, leaseId, confirmed });
      }
    }
    if (state !== null) this.#apply({ type: 'tick', now });
  }

  /** One decision, written and shown to those who watch. Synchronous: nothing comes between. */
  #apply(command: Command): Result<number> {
    const decided = decide(this.#store.state, command);
    if (!decided.ok) return decided;
    const events = this.#store.commit(decided.value, command.now);
    if (events.length === 0) return ok(0);
    const wanted = this.#relay.note(events);
    if (wanted) this.#arm(command.now + ARM_AHEAD_MS);
    this.#feed.publish(events);
    this.#waiters.wake();
    return ok(events.length);
  }

  /** Tells who is to hear: the listing is waited for, so that a reader finds what a writer was told. */
  async #settled(): Promise<void> {
    if (this.#relay.isBehind('project')) {
      this.ctx.waitUntil(this.#relay.drain('project').then(() => this.#rearm()));
    }
    if (this.#relay.isBehind('listing')) {
      await within(this.#relay.drain('listing'), LISTING_WAIT_MS);
    }
    this.#rearm();
  }

  #outcome(): Outcome {
    const { state } = this.#store;
    if (state === null) throw new Error('A command was taken by a task that does not exist.');
    const gate = state.gates.find(({ id }) => id === state.hold?.gateId);
    const outcome = { seq: state.seq, status: state.status };
    return gate === undefined ? outcome : { ...outcome, heldAt: gate.name };
  }

  #arm(at: number): void {
    if (this.#armedFor !== undefined && this.#armedFor !== null && this.#armedFor <= at) return;
    this.#armedFor = at;
    this.#provisional = true;
    void this.ctx.storage.setAlarm(at);
  }

  /** Sets the one alarm to the earliest of all deadlines; while something is being told, the one ahead stands. */
  #rearm(): void {
    if (this.#provisional && this.#relay.isTelling) return;
    const { state } = this.#store;
    const now = Date.now();
    const leaseEndsAt = state === null ? null : this.#clock.endsAt(state, now);
    const at = earliestDeadline(state, { leaseEndsAt, retryAt: this.#relay.retryAt() }, now);
    const set = this.#armedFor ?? null;
    // A renewed lease needs no new alarm: the one that is set looks again. So a heartbeat writes no row.
    const looksAgain = at !== null && set !== null && set > now && set < at && !this.#provisional;
    if (at === this.#armedFor || looksAgain) return;
    this.#armedFor = at;
    this.#provisional = false;
    if (at === null) void this.ctx.storage.deleteAlarm();
    else void this.ctx.storage.setAlarm(at);
  }
}
