// One webhook endpoint: its queue, its attempts, its breaker. What is put in is sent at once where that may be; an alarm
// that was set before sees to the rest.

import { DurableObject } from 'cloudflare:workers';
import type {
  DeliveriesAsked,
  DeliveriesFound,
  DeliverySums,
  Post,
  WholeDelivery,
} from '../../contract/delivery.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import { HEALTHY, probeNow } from '../../domain/delivery/breaker.ts';
import { deliveryId } from '../../domain/delivery/delivery-id.ts';
import { AT_ONCE } from '../../domain/delivery/settle.ts';
import { Alarm } from '../alarm.ts';
import { logAlarmFailure } from '../alarm-failure.ts';
import { migrate } from '../migrations.ts';
import { pageOfLog } from './delivery-log.ts';
import type { Endpoint } from './endpoint-config.ts';
import { findRow, findWhole, type NewsAsked } from './find-delivery.ts';
import { ListenerDesk } from './listener-desk.ts';
import { webhookDueAt } from './webhook-due.ts';
import { WEBHOOK_MIGRATIONS, webhookParts } from './webhook-parts.ts';

/** Of one delivery, that were asked for and have not been made yet. */
const ASKED_MAX = 10;
const UNKNOWN = refuse('not_found', 'There is no delivery of this id.');

export class WebhookObject extends DurableObject<Env> {
  readonly #id: string;
  readonly #alarm: Alarm;
  readonly #listener: ListenerDesk;
  readonly #parts: ReturnType<typeof webhookParts>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, WEBHOOK_MIGRATIONS);
    this.#id = ctx.id.name ?? '';
    this.#alarm = new Alarm(ctx.storage);
    this.#listener = new ListenerDesk(ctx, env);
    this.#parts = webhookParts(ctx, env, {
      seen: (endpoint, now) => this.#seen(endpoint, now),
      gone: () => this.#erase(),
      listener: this.#listener,
    });
  }

  /** Events for the endpoint, in order; known ones change nothing. `revision`: of the endpoint as its project knows it. */
  enqueue(revision: number, posts: readonly Post[]): void {
    const { table, config, cleanUp } = this.#parts;
    const now = Date.now();
    this.ctx.storage.transactionSync(() => {
      for (const post of posts) table.insert(post, now, null);
    });
    config.revisionIs(revision);
    cleanUp.added(posts.length, now);
    this.#go(now);
  }

  /** The endpoint was changed in D1: it is read again. Enabled, what was held goes; gone, nothing of it is left here. */
  async refresh(): Promise<void> {
    const { config } = this.#parts;
    config.forget();
    const endpoint = await config.look(Date.now());
    if (endpoint === 'gone') return this.#erase();
    if (endpoint !== 'away') this.#seen(endpoint, Date.now());
    this.#go(Date.now());
  }

  /** A test goes at once, whatever state the endpoint is in. */
  probe(post: Post): { readonly deliveryId: string } {
    const { table, pump } = this.#parts;
    const now = Date.now();
    const isNew = table.insert(post, now, AT_ONCE);
    const row = isNew ? null : table.find(post.sequence);
    // The project may have handed it over already: it goes once all the same.
    if (row !== null && row.attempts.length === 0 && row.asked === 0) {
      if (!pump.isUnderWay(post.sequence)) table.ask(post.sequence, post.body);
    }
    this.#go(now);
    return { deliveryId: deliveryId(this.#id, post.sequence, post.createdAt) };
  }

  list(asked: DeliveriesAsked): DeliveriesFound {
    const { table, health } = this.#parts;
    const { isHalted } = health;
    return pageOfLog(table, asked, { endpointId: this.#id, isHalted, now: Date.now() });
  }

  /** Null for an id that is not of this endpoint, or no longer. Waits for an attempt after a number, if asked to. */
  find(id: string, news: NewsAsked = { after: -1, waitMs: 0 }): Promise<WholeDelivery | null> {
    return findWhole(this.#parts, { endpointId: this.#id, id, ...news });
  }

  /** One new attempt now, also after a success; `post` brings the bytes where they have been dropped. */
  redeliver(id: string, post: Post | null): Result<{ readonly deliveryId: string }> {
    const row = findRow(this.#parts, this.#id, id);
    if (row === null || (post !== null && post.sequence !== row.sequence)) return UNKNOWN;
    if (row.body === null && post === null) {
      return refuse('not_found', 'The bytes of this delivery are no longer kept.');
    }
    if (row.asked >= ASKED_MAX) {
      return refuse('limit_reached', `${ASKED_MAX} attempts of this delivery wait already.`);
    }
    this.#parts.table.ask(row.sequence, post?.body ?? null);
    this.#go(Date.now());
    return ok({ deliveryId: id });
  }

  /** Everything that was given up, or is to be tried again later, goes now; what is held once the endpoint is enabled. */
  recover(): { readonly queued: number } {
    const { table, tallies, health } = this.#parts;
    const now = Date.now();
    const queued = this.ctx.storage.transactionSync(() => {
      const released = table.release(now);
      tallies.reopening();
      health.write({ breaker: probeNow(health.breaker) });
      return released + table.recover(now);
    });
    this.#go(now);
    return { queued };
  }

  /** These go, known or not. */
  replay(posts: readonly Post[]): { readonly queued: number } {
    const { table, tallies } = this.#parts;
    const now = Date.now();
    this.ctx.storage.transactionSync(() => {
      for (const post of posts) {
        if (table.insert(post, now, now)) continue;
        const known = table.find(post.sequence);
        if (known !== null) tallies.moved(known, known.state, 'retrying');
        table.again(post.sequence, post.body, now);
      }
    });
    this.#go(now);
    return { queued: posts.length };
  }

  /** Of events of a span of time in milliseconds, whose end is not in it. Days that are over may count whole. */
  sums(sinceMs: number, untilMs: number): DeliverySums {
    return this.#parts.tallies.sums(sinceMs, untilMs, Date.now());
  }

  /** Somebody comes to listen: whatever failed before is tried as if it had not. */
  override fetch(request: Request): Response {
    const answer = this.#listener.open(request, Date.now());
    this.#parts.health.write({ breaker: HEALTHY });
    this.#go(Date.now());
    return answer;
  }

  /** Whether anybody listens. */
  isHeard(): boolean {
    return this.#listener.isHeard;
  }

  /** These have died: who listens by one of them is let go. */
  closeSockets(subjects: readonly string[], now: number): void {
    this.#listener.closeDead(subjects, now);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#listener.message(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    this.#listener.closed(socket, code);
  }

  override webSocketError(socket: WebSocket): void {
    this.#listener.closed(socket, 1011);
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    try {
      this.#listener.ring(Date.now());
      this.#alarm.armAhead(Date.now());
      this.#parts.cleanUp.ring(Date.now());
      await this.#drain();
    } catch (error) {
      logAlarmFailure(this.ctx.id.name, error);
      this.#rearm();
    }
  }

  /** An alarm is set before anything is sent, so that a crash costs a wake and no delivery. */
  #go(now: number): void {
    const { health, config } = this.#parts;
    // While nothing may be sent there is nothing to wake for, but for what is asked for.
    const { isHalted } = health;
    if (isHalted && config.known !== null && this.#parts.pump.dueAt(now) === null) {
      this.#rearm();
      return;
    }
    this.#alarm.armAhead(now);
    this.ctx.waitUntil(this.#drain());
  }

  async #drain(): Promise<void> {
    const { pump, reporter } = this.#parts;
    await Promise.all([pump.drain(), reporter.drain()]);
    await reporter.drain();
    this.#rearm();
  }

  #rearm(): void {
    const now = Date.now();
    const at = webhookDueAt({ ...this.#parts, listener: this.#listener }, now);
    this.#alarm.set(at, now, this.#parts.pump.isRunning);
  }

  /** The endpoint as D1 has it. What it says of the state stands, but for what has not been told there yet. */
  #seen({ row }: Endpoint, now: number): void {
    const { health, reports, table } = this.#parts;
    if (row.state === 'disabled') {
      health.write({ isHalted: true });
      return;
    }
    if (!health.isHalted || reports.hasDisabling) return;
    this.ctx.storage.transactionSync(() => {
      table.release(now);
      health.write({ isHalted: false, breaker: HEALTHY });
    });
  }

  async #erase(): Promise<void> {
    const { storage } = this.ctx;
    this.#listener.closeAll();
    await storage.deleteAlarm();
    await storage.deleteAll();
    // The next call finds the tables that each call needs, and nothing in them.
    migrate(storage, WEBHOOK_MIGRATIONS);
    this.#parts.forget();
    this.#alarm.rang();
  }
}
