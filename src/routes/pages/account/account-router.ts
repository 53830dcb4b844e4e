// What the pages on which people see to what is theirs have in common: how they look, what a request becomes for the
// actions behind, and how a refusal is told to a person.

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { z } from 'zod';
import type { Ask } from '../../../actions/ask.ts';
import { ERRORS, ok, type Refusal, type Result, refuse } from '../../../contract/error.ts';
import type { Scope } from '../../../contract/principal.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import { ApiError } from '../../../middleware/refusal.ts';
import { checkScope } from '../../../middleware/require-scope.ts';
import { askOf } from '../../ask.ts';
import { noteDeniedWrite } from '../../denied-write.ts';
import { createRouter } from '../../router.ts';
import { type Html, sendPage } from '../page.ts';
import { accountNav, type Tab } from './account-nav.ts';

export interface AccountPage {
  readonly tab: Tab | null;
  readonly title: string;
  readonly body: Html;
  /** Why what was asked was not done. */
  readonly refusal?: Refusal | null;
  readonly scripts?: readonly string[];
  /** Beside those of all these pages. */
  readonly styles?: readonly string[];
}

/** A router whose refusals are pages: to the sign-in where one is missing or too old, else with a sentence. */
export function createAccountRouter() {
  const router = createRouter();
  router.onError(async (error, c) => {
    if (!(error instanceof ApiError)) throw error;
    await noteDeniedWrite(c, error);
    const { refusal } = error;
    const signin = signinFor(c, refusal);
    if (signin !== null) return c.redirect(signin, 303);
    const title = refusal.code === 'not_found' ? 'There is nothing here' : 'This was not done';
    const back = html`<p class="row"><a class="button plain" href="/account/projects">Your projects</a></p>`;
    return sendAccountPage(c, { tab: null, title, body: back, refusal });
  });
  return router;
}

/** Where a person shows who they are, and comes back from to this page; null where that would not help. */
export function signinFor(c: Context<AppEnv>, { code }: Refusal): string | null {
  const back = `return=${encodeURIComponent(`${c.req.path}${new URL(c.req.url).search}`)}`;
  if (code === 'insufficient_user_authentication') return `/signin?stepUp=1&${back}`;
  return code === 'unauthorized' || code === 'invalid_token' ? `/signin?${back}` : null;
}

export function sendAccountPage(c: Context<AppEnv>, page: AccountPage): Promise<Response> {
  const { tab, title, body, refusal = null, scripts = [], styles = [] } = page;
  return sendPage(c, {
    title,
    status: refusal === null ? 200 : ERRORS[refusal.code].status,
    nav: accountNav(tab),
    styles: ['/pages/account.css', '/pages/account-forms.css', ...styles],
    scripts,
    body: html`<div class="wide">
<div role="alert">${refusal === null ? '' : sentenceOf(refusal)}</div>
${body}
</div>`,
  });
}

function sentenceOf({ code, message }: Refusal): string {
  if (code === 'idempotency_mismatch') return 'This form was sent before. Look at what came of it.';
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** What a request of the person becomes for an action, as a route of the API that asks for this scope would make it. */
export function askFor(
  c: Context<AppEnv>,
  scope: Scope,
  who: { readonly stepUp?: true } = {},
): Ask {
  checkScope(c, scope, { kinds: ['person'], ...who });
  return askOf(c);
}

/** What a form says, judged by the schema of the API. */
export function readFields<S extends z.ZodType>(schema: S, fields: unknown): Result<z.infer<S>> {
  const read = schema.safeParse(fields);
  if (read.success) return ok(read.data);
  return refuse('validation_failed', read.error.issues[0]?.message ?? 'A field is wrong.');
}

/** Goes on by a 303 where it was done; else says why not, on the page that the form stands on. */
export async function settle(
  c: Context<AppEnv>,
  done: Result<unknown>,
  next: { readonly to: string; readonly again: (refusal: Refusal) => Promise<Response> },
): Promise<Response> {
  return done.ok ? c.redirect(next.to, 303) : refused(c, done.refusal, next.again);
}

/** Shows the page again with the reason, unless who asks has to show who they are first. */
export async function refused(
  c: Context<AppEnv>,
  refusal: Refusal,
  again: (refusal: Refusal) => Promise<Response>,
): Promise<Response> {
  if (signinFor(c, refusal) !== null || refusal.code === 'not_found') throw new ApiError(refusal);
  await noteDeniedWrite(c, new ApiError(refusal));
  return again(refusal);
}
