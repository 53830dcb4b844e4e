// Lists under /v1: by page, as people turn pages, or by cursor, which costs the same however far it is. Newest first by
// id, so the id is the key.

import { deriveKey, type KeyEnv } from '../auth/keys.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { type Listing, type PageQuery, REACH } from '../contract/listing.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { sha256 } from '../domain/digest.ts';
import type { Ask } from './ask.ts';

const MAC_BYTES = 16;

/** What the table is asked for: the rows after an id, or those after so many others. */
export interface Slice {
  /** One row more than the page, to know whether there are more. */
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
  /** Whether the rows are to be counted: in page mode only. */
  readonly counted: boolean;
}

interface Found<R> {
  readonly rows: readonly R[];
  readonly total: number | null;
}

const wrong = (code: 'invalid_request' | 'invalid_cursor', path: string, message: string) =>
  refuse(code, message, { errors: [{ path, message }] });
const INVALID_CURSOR = wrong('invalid_cursor', '?cursor', 'The cursor was not made by this list.');

/**
 * Reads a page. `filter` is what the list was asked for beside it: a cursor belongs to one list and one
 * principal.
 */
export async function readPage<R extends { readonly id: string }, T>(
  ask: Ask,
  list: { readonly query: PageQuery; readonly filter: object },
  find: (slice: Slice) => Promise<Found<R>>,
  view: (row: R) => T,
): Promise<Result<Listing<T>>> {
  const { query, filter } = list;
  const { limit, cursor } = query;
  if (cursor !== undefined && query.page !== undefined) {
    return wrong('invalid_request', '?cursor', 'Page and cursor exclude each other.');
  }
  const page = cursor === undefined ? (query.page ?? 1) : null;
  if (page !== null && page * limit > REACH) {
    return wrong('invalid_request', '?page', `Beyond ${REACH} items, follow the cursor.`);
  }
  const mark = sha256(canonicalJson({ filter, principal: ask.actor.id }));
  const after = cursor === undefined ? null : await readCursor(ask, cursor, mark);
  if (cursor !== undefined && after === null) return INVALID_CURSOR;
  const offset = page === null ? 0 : (page - 1) * limit;
  const found = await find({ limit: limit + 1, offset, after, counted: page !== null });
  const rows = found.rows.slice(0, limit);
  const hasMore = found.rows.length > limit;
  const last = rows.at(-1);
  const nextCursor = hasMore && last !== undefined ? await writeCursor(ask, last.id, mark) : null;
  return ok({
    data: rows.map(view),
    pagination: { page, limit, total: page === null ? null : found.total, nextCursor, hasMore },
  });
}

const base64url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

async function macOf(env: Pick<KeyEnv, 'ROOT_KEY'>, text: string): Promise<string> {
  const key = await deriveKey(env, 'cursor');
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
  return String.fromCharCode(...new Uint8Array(mac).subarray(0, MAC_BYTES));
}

async function writeCursor(ask: Ask, id: string, mark: string): Promise<string> {
  const text = JSON.stringify({ v: 1, after: id, mark });
  return base64url(text + (await macOf(ask.env, text)));
}

/** By the key of now, or the one before while that is being turned. */
async function isOurs(env: KeyEnv, text: string, mac: string): Promise<boolean> {
  if ((await macOf(env, text)) === mac) return true;
  const { ROOT_KEY_PREVIOUS: before } = env;
  return before ? (await macOf({ ROOT_KEY: before }, text)) === mac : false;
}

/** Null for a cursor that another list, principal or deployment has made, or nobody. */
async function readCursor(ask: Ask, cursor: string, mark: string): Promise<string | null> {
  if (!/^[\w-]+$/.test(cursor)) return null;
  try {
    const whole = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const text = whole.slice(0, -MAC_BYTES);
    const given = whole.slice(-MAC_BYTES);
    if (!(await isOurs(ask.env, text, given))) return null;
    // Our own bytes: the MAC says so.
    const read = JSON.parse(text) as { after: string; mark: string };
    return read.mark === mark ? read.after : null;
  } catch {
    return null;
  }
}
