// The parts that route definitions under /v1 are made of: answers with their headers, and how they are sent.

import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import { z } from 'zod';
import { refuse } from '../contract/error.ts';
import { type Listing, type Pagination, REACH } from '../contract/listing.ts';
import type { Scope } from '../contract/principal.ts';
import type { Reply } from '../contract/reply.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { originOf } from '../middleware/origin-of.ts';
import { PLATFORM_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import type { Who } from '../middleware/require-scope.ts';
import { writes } from './parts.ts';

type Answer<T, S extends number> = Response & TypedResponse<JSONParsed<T>, S & 200, 'json'>;

const text = (description: string) => ({ schema: { type: 'string' as const }, description });

export const ETAG = { ETag: text('The revision, for If-Match and If-None-Match.') };
export const LOCATION = { Location: text('Where it is.') };
const PAGES = {
  Link: text('The pages around this one (RFC 8288).'),
  'X-Total-Count': text('How many there are, with `page`.'),
  'X-Page': text('This page, with `page`.'),
  'X-Per-Page': text('The limit.'),
  'X-Next-Cursor': text('The cursor of the next page.'),
};

/** What gives rights away or takes them: nothing of it is decided by an old memory or an old sign-in. */
export const SENSITIVE = { fresh: true, stepUp: true } as const;

/** How whatever belongs to a project refuses who may not know of it, or may not do this there. */
export const IN_PROJECT = [
  'not_found',
  'role_too_low',
  'unknown_environment',
  'environment_forbidden',
] as const;

/** A route under /v1 that takes a body. */
export const writesV1 = (scope: Scope, who: Who = {}) => writes(scope, PLATFORM_BODY_BYTES, who);

/** An item: it bears its revision. */
export function item<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } }, headers: ETAG };
}

export function created<S extends z.ZodType>(description: string, schema: S) {
  return {
    description,
    content: { 'application/json': { schema } },
    headers: { ...ETAG, ...LOCATION },
  };
}

/** A page of items. */
export function listed<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } }, headers: PAGES };
}

export const IfMatch = z.object({
  'if-match': z.string().optional().meta({
    description: 'The ETag of what is to be changed: refused with 412 if it has changed since.',
  }),
});

export const etagOf = ({ revision }: { readonly revision: number }): string => `"v${revision}"`;

/** Sends an item with its ETag, or 304 where the caller has it already. */
export function sendItem<T extends { readonly revision: number }>(
  c: Context<AppEnv>,
  value: T,
): Answer<T, 200> {
  const etag = etagOf(value);
  c.header('ETag', etag);
  const known = (c.req.header('If-None-Match') ?? '').split(',').map((tag) => tag.trim());
  const hasIt = known.some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
  // 304 has no body; that it may come is said by the conventions of the document, not by each route.
  if (hasIt) return c.body(null, 304) as unknown as Answer<T, 200>;
  return c.json(value, 200) as unknown as Answer<T, 200>;
}

/** Sends what a write was answered, be it now or the first time. */
export function sendReply<T>(c: Context<AppEnv>, reply: Reply<T>): Answer<T, 200> & Answer<T, 201> {
  for (const [name, value] of Object.entries(reply.headers ?? {})) c.header(name, value);
  if (reply.replayed) c.header('Idempotent-Replayed', 'true');
  const answer =
    reply.status === 204 ? c.body(null, 204) : c.json(reply.body as object, reply.status);
  return answer as unknown as Answer<T, 200> & Answer<T, 201>;
}

/** Sends a page with the links around it. */
export function sendList<T>(
  c: Context<AppEnv>,
  list: Listing<T>,
): Answer<{ data: T[]; pagination: Pagination }, 200> {
  const { page, limit, total, nextCursor, hasMore } = list.pagination;
  c.header('X-Per-Page', String(limit));
  if (nextCursor !== null) c.header('X-Next-Cursor', nextCursor);
  if (page !== null && total !== null) {
    c.header('X-Page', String(page));
    c.header('X-Total-Count', String(total));
  }
  const links = linksOf(c, list.pagination, hasMore);
  if (links !== '') c.header('Link', links);
  return c.json(list, 200) as unknown as Answer<{ data: T[]; pagination: Pagination }, 200>;
}

function linksOf(
  c: Context<AppEnv>,
  { page, limit, total, nextCursor }: Listing<unknown>['pagination'],
  hasMore: boolean,
): string {
  const url = (query: Readonly<Record<string, string>>): string => {
    const at = new URL(c.req.url);
    for (const name of ['page', 'cursor']) at.searchParams.delete(name);
    for (const [name, value] of Object.entries({ limit: String(limit), ...query })) {
      at.searchParams.set(name, value);
    }
    return `${originOf(c)}${at.pathname}${at.search}`;
  };
  const link = (rel: string, query: Readonly<Record<string, string>>) =>
    `<${url(query)}>; rel="${rel}"`;
  if (page === null) return nextCursor === null ? '' : link('next', { cursor: nextCursor });
  const last = Math.max(1, Math.ceil((total ?? 0) / limit));
  // What no page reaches is not linked as one: whoever goes on there goes on by cursor.
  const reaches = (wanted: number): boolean => wanted * limit <= REACH;
  const next = reaches(page + 1) ? { page: String(page + 1) } : { cursor: nextCursor ?? '' };
  return [
    ...(hasMore ? [link('next', next)] : []),
    link('first', { page: '1' }),
    ...(page > 1 ? [link('prev', { page: String(page - 1) })] : []),
    ...(reaches(last) ? [link('last', { page: String(last) })] : []),
  ].join(', ');
}

/** The revision that If-Match names; null without one and for `*`. */
export function wantedRevision(c: Context<AppEnv>): number | null {
  const header = c.req.header('If-Match')?.trim();
  if (header === undefined || header === '*') return null;
  const revision = /^"v([1-9]\d{0,14})"$/.exec(header)?.[1];
  if (revision !== undefined) return Number(revision);
  return unwrap(refuse('revision_mismatch', 'It has changed since it was read.'));
}

/** What If-Match asks for, and whether it is there at all. */
export const preconditionOf = (c: Context<AppEnv>) => ({
  isGiven: c.req.header('If-Match') !== undefined,
  revision: wantedRevision(c),
});
