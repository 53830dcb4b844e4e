// The header Idempotency-Key: draft 07 makes it a quoted string, most clients send it bare; both are taken.

import type { Context } from 'hono';
import { routePath } from 'hono/route';
import { hex } from '../auth/id.ts';
import { refuse } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

const HEADER = 'Idempotency-Key';
const KEY = /^[\x21-\x7e]{1,255}$/;
const METHODS: ReadonlySet<string> = new Set(['POST', 'PATCH']);

/**
 * Keeps under which name the outcome of this request is to be found again: by principal, method, route and key; and
 * what the request is, so that another one with the same key is told apart.
 */
export async function readIdempotency(c: Context<AppEnv>, body: string): Promise<void> {
  const header = c.req.header(HEADER);
  if (header === undefined || !METHODS.has(c.req.method)) return;
  const key = header.replace(/^"(.*)"$/, '$1');
  if (!KEY.test(key)) {
    const message = 'Idempotency-Key must be 1 to 255 visible characters';
    unwrap(
      refuse('invalid_idempotency_key', message, { errors: [{ path: `^${HEADER}`, message }] }),
    );
  }
  const url = new URL(c.req.url);
  url.searchParams.sort();
  const type = (c.req.header('Content-Type') ?? '').toLowerCase();
  const { method } = c.req;
  const [k, fingerprint] = await Promise.all([
    digest(c.get('actor').id, method, routePath(c), key),
    digest(method, url.pathname, url.searchParams.toString(), type, body),
  ]);
  c.set('idempotency', { k, fingerprint });
}

/**
 * The same for a form of a page: the name that it was shown with stands for the header, so that a form which is sent
 * again changes nothing again. `deed` tells apart the forms of one page.
 */
export async function setFormIdempotency(
  c: Context<AppEnv>,
  sent: { readonly once: string; readonly deed: readonly string[]; readonly form: string },
): Promise<void> {
  const { once, deed, form } = sent;
  const { method, path } = c.req;
  const [k, fingerprint] = await Promise.all([
    digest(c.get('actor').id, method, path, once, ...deed),
    digest(method, path, form),
  ]);
  c.set('idempotency', { k, fingerprint });
}

async function digest(...parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
