// One webhook endpoint: its queue, its attempts, its breaker.

import { DurableObject } from 'cloudflare:workers';
import type {
  DeliveriesAsked,
  DeliveriesFound,
  DeliverySums,
  Post,
  WholeDelivery,
} from '../contract/delivery.ts';
import { type Result, refuse } from '../contract/error.ts';
import { migrate } from './migrations.ts';

const DELIVERY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE deliveries(sequence INTEGER PRIMARY KEY, event_id TEXT NOT NULL, type TEXT NOT NULL,
    state TEXT NOT NULL, created_at INTEGER NOT NULL, body BLOB)`,
];

export class WebhookObject extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    migrate(ctx.storage, DELIVERY_MIGRATIONS);
  }

  /** Events for the endpoint, in order; known ones change nothing. `revision`: of the endpoint as its project knows it. */
  enqueue(_revision: number, posts: readonly Post[]): void {
    for (const { sequence, eventId, type, createdAt, body } of posts) {
      this.ctx.storage.sql.exec(
        "INSERT OR IGNORE INTO deliveries VALUES (?, ?, ?, 'pending', ?, ?)",
        sequence,
        eventId,
        type,
        createdAt,
        body,
      );
    }
  }

  /** The endpoint was changed in D1: it is read again. Enabled, what was held goes; gone, nothing of it is left here. */
  async refresh(): Promise<void> {
    // Nothing is remembered of it yet.
  }

  /** A test goes at once, whatever state the endpoint is in. */
  async probe(_post: Post): Promise<{ readonly deliveryId: string }> {
    return { deliveryId: '' };
  }

  list(_asked: DeliveriesAsked): Promise<DeliveriesFound> {
    return Promise.resolve({ rows: [], hasMore: false, next: null });
  }

  /** Null for an id that is not of this endpoint, or no longer. */
  find(_deliveryId: string): Promise<WholeDelivery | null> {
    return Promise.resolve(null);
  }

  /** One new attempt now, also after a success; `post` brings the bytes where they have been dropped. */
  redeliver(_deliveryId: string, _post: Post | null): Result<{ readonly deliveryId: string }> {
    return refuse('not_found', 'There is no delivery of this id.');
  }

  /** Everything that was given up or is held goes again. */
  recover(): { readonly queued: number } {
    return { queued: 0 };
  }

  /** These go, known or not. */
  replay(_posts: readonly Post[]): { readonly queued: number } {
    return { queued: 0 };
  }

  /** Of events of a span of time in milliseconds, whose end is not in it. Days that are closed count whole. */
  sums(_sinceMs: number, _untilMs: number): DeliverySums {
    return { delivered: 0, failed: 0, pending: 0 };
  }
}
