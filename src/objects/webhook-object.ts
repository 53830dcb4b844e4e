// One webhook endpoint: its queue, its attempts, its breaker.

import { DurableObject } from 'cloudflare:workers';
import type { Post } from '../contract/delivery.ts';
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

  /** The endpoint was changed in D1. */
  refresh(): void {
    // Nothing is remembered of it yet.
  }
}
