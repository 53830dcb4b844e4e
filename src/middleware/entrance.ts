// What happens to every request before its route, in one go: each middleware of its own costs as much as a small route.

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { newId } from '../auth/id.ts';
import { API_VERSION } from '../contract/credential-field.ts';
import type { AppEnv } from './app-env.ts';
import { allowPage, answerPreflight, pageThatAsks } from './cross-origin.ts';
import { identify } from './identify.ts';
import { countStranger, isSilent, passQuota, startQuota, waitsLikeWrite } from './limits.ts';
import { refuseWritesWhileMaintained } from './maintenance.ts';
import { type Quota, writeQuota } from './quota.ts';
import { DENIED, writeRefusal } from './refusal.ts';
import { shieldAddress, shieldPrincipal } from './shield.ts';
import { traceOf } from './trace.ts';
import { pinVersion } from './version.ts';

const VARY = 'Authorization, Cookie, Origin, AeThex-Environment, Sluice-Version';

/**
 * Gives the request its id, sees which web page it comes from, who asks and how often, and sees to it that every answer
 * bears the headers that keep it from being guessed at, stored or leaked.
 */
export const entrance = createMiddleware<AppEnv>(async (c, next) => {
  c.set('requestId', newId('req', Date.now()));
  // Set beforehand they are part of each answer that is made here; set afterwards they would make it anew.
  setOwnHeaders(c);
  c.header(POLICY, NO_PAGE);
  c.header('Vary', VARY);
  c.header('Cache-Control', 'no-store');
  const page = await pageLetIn(c);
  if (page instanceof Response) return page;
  await next();
  if (!c.res.headers.has('X-Request-ID')) {
    // It was made elsewhere, by an object or by the server of assets, which knows whether it may be stored.
    setOwnHeaders(c);
    if (!c.res.headers.has(POLICY)) c.header(POLICY, NO_PAGE);
    if (page !== null) allowPage(c, page);
    c.header('Vary', VARY, { append: true });
  }
  const quota = c.get('quota');
  if (quota !== undefined && !isRedirect(c.res.status)) await showQuota(c, quota);
  return undefined;
});

/** The page that may read the answer, or the answer to what its browser asks by itself; a refusal is counted, too. */
async function pageLetIn(c: Context<AppEnv>): Promise<string | null | Response> {
  try {
    const page = pageThatAsks(c);
    if (page !== null) allowPage(c, page);
    const preflight = answerPreflight(c);
    if (preflight !== null) return preflight;
    await letIn(c);
    return page;
  } catch (error) {
    const quota = c.get('quota') ?? countStranger(c);
    const taken = await quota.settle();
    const headers = new Headers();
    writeQuota(headers, quota.policy, taken);
    // There is no answer yet that they could be written into.
    for (const [name, value] of headers) c.header(name, value);
    throw taken.ok ? error : DENIED;
  }
}

/** Sees who asks and begins to count. */
async function letIn(c: Context<AppEnv>): Promise<void> {
  const byAddress = shieldAddress(c);
  if (byAddress !== null) await byAddress;
  const asked = identify(c);
  if (asked !== null) await asked;
  const byPrincipal = shieldPrincipal(c);
  if (byPrincipal !== null) await byPrincipal;
  const quota = startQuota(c);
  if (quota?.isDenied && !isSilent(quota)) throw DENIED;
  pinVersion(c);
  if (!isRead(c.req.method)) refuseWritesWhileMaintained(c);
  else if (!waitsLikeWrite(c.req.path)) return;
  // A door that admits by credential waits once it has begun to read the body; the others have no such moment.
  if (c.get('actor') === undefined) await passQuota(c);
}

const isRead = (method: string): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** Writes what is left into the answer, and refuses a read that was begun before the limit was known to be reached. */
async function showQuota(c: Context<AppEnv>, quota: Quota): Promise<void> {
  const taken = await quota.settle();
  if (!taken.ok && c.res.status !== 429 && !isSilent(quota)) {
    await c.res.body?.cancel();
    const refused = writeRefusal(c, DENIED);
    // Not merged with what is refused.
    c.res = undefined;
    c.res = refused;
  }
  writeQuota(c.res.headers, quota.policy, taken);
}

const isRedirect = (status: number): boolean => status > 300 && status < 304;

/** Of what is no page: nothing in it is loaded, and nobody frames it. Pages say more than this themselves. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
const POLICY = 'Content-Security-Policy';

function setOwnHeaders(c: Context<AppEnv>): void {
  c.header('X-Request-ID', c.get('requestId'));
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Sluice-Version', API_VERSION);
  const trace = traceOf(c);
  if (trace !== null) c.header('traceresponse', trace);
  if (c.req.url.startsWith('https:')) c.header('Strict-Transport-Security', 'max-age=31536000');
}
