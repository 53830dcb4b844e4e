// Endpoints, what is put into their objects, and what comes out at their receivers.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, vi } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { wrap } from '../../src/auth/wrapping.ts';
import type { Post } from '../../src/contract/delivery.ts';
import { webhookObject } from '../../src/rpc/stubs.ts';
import { newKeyPair, newSecret } from '../../src/webhooks/secret.ts';
import type { Publication } from '../internet/serve.ts';
import { publish, visitsTo } from './internet.ts';
import { newProject } from './world.ts';

export interface EndpointFields {
  readonly url?: string | null;
  readonly ordering?: 'none' | 'fifo';
  readonly ratePerSecond?: number;
  readonly types?: readonly string[];
  readonly state?: 'enabled' | 'disabled';
  readonly projectId?: string;
}

const INSERT = `INSERT INTO webhook_endpoints (id, project_id, url, description, types, payload, ordering, rate_per_second,
  secret_wrapped, secret_hint, ed_public, ed_private_wrapped, state, created_by, created_at, updated_at)
  VALUES (?1, ?2, ?3, '', ?4, 'full', ?5, ?6, ?7, '', ?8, ?9, ?10, 'usr_local', ?11, ?11)`;

export const wrapped = (secret: string) => wrap(env, 'webhook-wrap', secret);

export type TestEndpoint = Awaited<ReturnType<typeof newEndpoint>>;

/** An endpoint as its row says, whose receiver answers as it is told; 200 to begin with. */
export async function newEndpoint(fields: EndpointFields = {}) {
  const projectId = fields.projectId ?? (await newProject());
  const id = newId('whe', Date.now());
  const { url = `https://${id.slice(4)}.hooks-site.com/in` } = fields;
  const secret = newSecret();
  const { publicKey, privateKey } = await newKeyPair();
  const { types = ['*'], ordering = 'none', ratePerSecond = 1_000, state = 'enabled' } = fields;
  const keys = [await wrapped(secret), publicKey, await wrapped(privateKey)];
  const values = [id, projectId, url, JSON.stringify(types), ordering, ratePerSecond, ...keys];
  await env.DB.prepare(INSERT)
    .bind(...values, state, Date.now())
    .run();
  const stub = env.WEBHOOK.getByName(id);
  const answers = (publication: Publication) => publish(url ?? '', publication);
  if (url !== null) await answers({});
  return {
    id,
    projectId,
    url,
    secret,
    publicKey,
    stub,
    object: webhookObject(env, id),
    answers,
    visits: () => visitsTo(url ?? ''),
    /** Changes its row as somebody who is asked by the API does. */
    change: async (sql: string, ...values: readonly (string | number | null)[]) => {
      await env.DB.prepare(
        `UPDATE webhook_endpoints SET revision = revision + 1, ${sql} WHERE id = ?1`,
      )
        .bind(id, ...values)
        .run();
    },
    row: () =>
      env.DB.prepare('SELECT * FROM webhook_endpoints WHERE id = ?')
        .bind(id)
        .first<Record<string, string | number | null>>(),
    sleep: () => evictDurableObject(stub),
    ring: () => runDurableObjectAlarm(stub),
    sql: <T extends Record<string, SqlStorageValue>>(sql: string) =>
      runInDurableObject(stub, (_, { storage }) => storage.sql.exec<T>(sql).toArray()),
    states: async () => {
      const { rows } = await webhookObject(env, id).list({ before: null, limit: 100 });
      return rows.map(({ state: one }) => one).reverse();
    },
    attempts: async (sequence = 1) => {
      const { rows } = await webhookObject(env, id).list({ before: null, limit: 100 });
      return rows.find((row) => row.sequence === sequence)?.attempts ?? [];
    },
  };
}

/** An event on its way, with bytes of its own. */
export function newPost(sequence: number, fields: Partial<Post> = {}): Post {
  const createdAt = Date.now();
  const eventId = newId('evt', createdAt);
  const type = 'deployment.succeeded';
  const event = { id: eventId, type, sequence, data: { text: 'Ümläut ✓', of: 1 } };
  const body = new TextEncoder().encode(JSON.stringify(event));
  return { sequence, eventId, type, environment: null, createdAt, body, ...fields };
}

export const newPosts = (first: number, last: number): readonly Post[] =>
  Array.from({ length: last - first + 1 }, (_, index) => newPost(first + index));

let aheadMs = 0;

/** In each test of this file the clock of the Worker can be set ahead. Alarms ring by the machine's clock all the same. */
export function movesTime(): void {
  const machine = Date.now.bind(Date);
  beforeEach(() => {
    aheadMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => machine() + aheadMs);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}

export const travel = (ms: number): void => {
  aheadMs += ms;
};
