// One task: its log, its sockets, its lease, its one alarm. The rules are the domain's; this file only wires.

import { DurableObject } from 'cloudflare:workers';
import { ok, type Result } from '../../contract/error.ts';
import { fromJsonText, type JsonText, toJsonText } from '../../contract/json-text.ts';
import type { Actor } from '../../contract/principal.ts';
import type { Key } from '../../contract/reply.ts';
import type { Task } from '../../contract/task.ts';
import type { Claim, Command, FinishWork, Ingest } from '../../domain/command.ts';
import { decide } from '../../domain/decide.ts';
import { type Outcome, outcomeOf } from '../../domain/outcome.ts';
import { promptsIn } from '../../domain/prompt.ts';
import { type QueueEntry, queueEntry } from '../../domain/queue.ts';
import type { EmptyTrash } from '../../domain/shelf-command.ts';
import type { TaskText } from '../../domain/task-text.ts';
import { logAlarmFailure } from '../alarm-failure.ts';
import { askDoor } from '../ask-door.ts';
import { closeSafely } from '../socket-close.ts';
import { within } from '../waiters.ts';
import type { ArtifactDesk } from './artifact-desk.ts';
import { BudgetDoor } from './budget-door.ts';
import { ExportDoor } from './export-door.ts';
import { GateDoor } from './gate-door.ts';
import { HolderGateDoor } from './holder-gate-door.ts';
import type { HeartbeatRequest, LeaseDesk } from './lease-desk.ts';
import { LogDoor } from './log-door.ts';
import { ReceiptsDoor } from './receipts-door.ts';
import { asksForSession, openSession } from './session-door.ts';
import { SESSION, type SocketKeeper } from './socket-keeper.ts';
import { taskParts } from './task-parts.ts';
import { type Standing, standingOf } from './tell-parent.ts';
import { writeRow } from './write-row.ts';

const TELLING_MS = 10_000;

/** What the desk answers at once and is told once others have heard. */
type Answer<M extends 'ingest' | 'finishWork'> = Promise<ReturnType<LeaseDesk[M]>>;

/** What can be asked of a task beside its commands and its lease, by part. */
interface TaskDoors {
  readonly log: LogDoor;
  readonly artifacts: ArtifactDesk;
  readonly receipts: ReceiptsDoor;
  readonly export: ExportDoor;
  readonly gates: GateDoor;
  readonly holderGates: HolderGateDoor;
  readonly budget: BudgetDoor;
}

export class TaskObject extends DurableObject<Env> {
  readonly #parts: ReturnType<typeof taskParts>;
  readonly #doors: TaskDoors;
  /** What `ask` leads to, as a type alone. */
  declare readonly doors: TaskDoors;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#parts = taskParts(ctx, env, (command) => this.#apply(command));
    const { reader, waiters, artifacts, relay, receipts: desk, receiptRows: rows } = this.#parts;
    const { sql } = ctx.storage;
    const decide = (text: JsonText<Command>, key: Key) => this.dispatch(text, key);
    const proofs = new ReceiptsDoor(reader, relay, rows);
    this.#doors = {
      log: new LogDoor(reader),
      artifacts,
      receipts: proofs,
      export: new ExportDoor({ env, sql, reader, relay, desk, rows }),
      gates: new GateDoor({ reader, waiters, dispatch: decide }),
      holderGates: new HolderGateDoor({
        ...this.#parts,
        proofs,
        apply: (command) => this.#apply(command),
      }),
      budget: new BudgetDoor(reader),
    };
  }

  /** Calls a method of one of the doors; see `taskDoor`. */
  ask(part: keyof TaskDoors, method: string, values: readonly unknown[]): Promise<unknown> {
    return askDoor(this.#doors[part], method, values);
  }

  /** Decides, writes, tells. A refusal is a value and has changed nothing. */
  async dispatch(text: JsonText<Command>, key: Key = null): Promise<JsonText<Result<Outcome>>> {
    const command = fromJsonText(text);
    const done = this.#parts.replies.once(key, command, () => {
      const applied = this.#apply(command);
      return applied.ok ? ok(outcomeOf(this.#parts.store.state)) : applied;
    });
    // Before others are told: the task may have been deleted by then.
    const outcome = toJsonText(done);
    if (done.ok) await this.#parts.telling.settled({ isNews: command.type === 'note-subtask' });
    return outcome;
  }

  /** Repeated with the same `leaseId` it answers the same grant. */
  async claim(command: Claim): ReturnType<LeaseDesk['claim']> {
    return this.#told(await this.#parts.desk.claim(command));
  }

  heartbeat(request: HeartbeatRequest, key: Key = null): ReturnType<LeaseDesk['heartbeat']> {
    return this.#parts.replies
      .onceLater(key, request, () => this.#parts.desk.heartbeat(request))
      .finally(() => this.#parts.telling.rearm());
  }

  ingest(command: Ingest, key: Key = null): Answer<'ingest'> {
    return this.#told(
      this.#parts.replies.once(key, command, () => this.#parts.desk.ingest(command)),
    );
  }

  finishWork(command: FinishWork, key: Key = null): Answer<'finishWork'> {
    return this.#told(
      this.#parts.replies.once(key, command, () => this.#parts.desk.finishWork(command)),
    );
  }

  #told<T>(done: T): Promise<T> {
    return this.#parts.telling.settled().then(() => done);
  }

  readWork(request: Parameters<LeaseDesk['readWork']>[0]): ReturnType<LeaseDesk['readWork']> {
    return this.#parts.desk.readWork(request);
  }

  readLease(actor: Actor): ReturnType<LeaseDesk['readLease']> {
    return this.#parts.desk.readLease(actor);
  }

  /** A runner's credential is dead: its session ends, and its lease as that of any runner that falls silent. */
  dismiss(runnerId: string): void {
    this.#parts.sessions.dismiss(runnerId);
  }

  /** These have died: who watches by one of them is let go. */
  closeSockets(subjects: readonly string[], now: number): void {
    this.#parts.feed.revoke(subjects, now);
  }

  read(actor: Actor): Result<Task> {
    return this.#parts.reader.read(actor);
  }

  readText(actor: Actor): Result<TaskText> {
    return this.#parts.reader.readText(actor);
  }

  /** What the queue of the project is to know. Null: the task does not exist. */
  entry(): QueueEntry | null {
    return this.#parts.store.state && queueEntry(this.#parts.store.state);
  }

  /** What a parent hears of this task. Null: it does not exist. */
  standing(): Standing | null {
    return this.#parts.store.state && standingOf(this.#parts.store.state);
  }

  /** Writes the row of the listing anew, whatever it says now. False: the task does not exist. */
  relist(): Promise<boolean> {
    return writeRow(this.env, this.#parts.store.state);
  }

  /** Deletes a task that lies in the trash, or any, without a command, for its project is gone. True once it does not exist. */
  async purge(command: EmptyTrash | null): Promise<boolean> {
    // Nothing may arrive anywhere after the task is gone.
    await this.#parts.relay.rest();
    if (this.#parts.store.state === null) return true;
    if (command !== null && !this.#apply(command).ok) return false;
    for (const socket of this.ctx.getWebSockets()) closeSafely(socket, 4410, 'Task deleted');
    this.#parts.alarm.set(null, Date.now(), false);
    await this.#parts.store.erase();
    return true;
  }

  override fetch(request: Request): Response {
    const url = new URL(request.url);
    if (asksForSession(url))
      return openSession(request, url, (who) => this.#parts.sessions.open(who));
    return this.#parts.reader.openSocket(request);
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
    return this.ctx.getTags(socket).includes(SESSION) ? this.#parts.sessions : this.#parts.feed;
  }

  override async alarm(): Promise<void> {
    this.#parts.alarm.rang();
    try {
      this.#passTime(Date.now());
      // What hangs is tried again; the other deadlines do not wait for it.
      await within(this.#parts.relay.drainAll(), TELLING_MS);
    } catch (error) {
      logAlarmFailure(this.ctx.id.name, error);
    } finally {
      this.#parts.telling.rearm();
    }
  }

  #passTime(now: number): void {
    const { state } = this.#parts.store;
    const expiry = state === null ? null : this.#parts.clock.expiry(state, now);
    if (expiry !== null) this.#apply(expiry);
    const { heardAt } = this.#parts.store;
    if (state !== null) this.#apply({ type: 'tick', now, heardAt });
    this.#parts.feed.passTime(now);
    this.#parts.retention.passTime(this.#parts.store.state, now);
  }

  /** One decision, written and shown to those who watch. Synchronous: nothing comes between. */
  #apply(command: Command): Result<number> {
    const before = this.#parts.store.state;
    const decided = decide(before, command);
    if (!decided.ok) return decided;
    const events = this.#parts.store.commit(decided.value, command.now);
    if (events.length === 0) return ok(0);
    this.#parts.claims.note(before, events);
    this.#parts.store.keepPrompts(promptsIn(command));
    const wanted = this.#parts.relay.note(events);
    if (wanted) this.#parts.telling.noteDue(command.now);
    this.#parts.feed.publish(events);
    this.#parts.retention.trim();
    this.#parts.waiters.wake();
    this.#parts.sessions.tell();
    this.#parts.slices.look(command.now);
    return ok(events.length);
  }
}
