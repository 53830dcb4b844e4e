// The parts that these pages are made of.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { ROLES, type Role, rankOf, type Scope } from '../../../contract/principal.ts';
import { SCOPE_SENTENCES } from '../../../contract/scope-sentence.ts';
import type { FormKeys } from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import type { Html } from '../page.ts';

/** What every form begins with; `deed` says what it does where a page has several. */
export const formKeys = (
  { once, token }: FormKeys,
  { deed, id }: { readonly deed?: string; readonly id?: string } = {},
): Html => html`<input type="hidden" name="once" value="${once}">
<input type="hidden" name="token" value="${token}">
${deed === undefined ? '' : html`<input type="hidden" name="do" value="${deed}">`}
${id === undefined ? '' : html`<input type="hidden" name="id" value="${id}">`}`;

interface Confirmed {
  readonly deed: string;
  readonly id: string;
  /** What the first button says, and the one that does it. */
  readonly open: string;
  readonly button: string;
  readonly label: string;
  /** What follows from it. */
  readonly sentence: string;
}

/** What cannot be taken back is opened first and done by a second button; it takes no script. */
export const confirmed = (
  keys: FormKeys,
  { deed, id, open, button, label, sentence }: Confirmed,
): Html => html`<details class="confirm"><summary class="button danger" aria-label="${label}">${open}</summary>
<form class="within" method="post">${formKeys(keys, { deed, id })}
<p class="small">${sentence}</p>
<button class="danger">${button}</button></form></details>`;

/** A day that the reader takes in at once; the minute is in its title. */
export const when = (instant: string): Html =>
  html`<time datetime="${instant}" title="${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC">${instant.slice(0, 10)}</time>`;

/** The scopes to choose from, each with what it lets somebody do. */
export const scopeChoice = (
  scopes: readonly Scope[],
  chosen: readonly string[],
): Html => html`<fieldset class="scopes"><legend>What it may do</legend>
${scopes.map(
  (
    scope,
  ) => html`<label><input type="checkbox" name="scope" value="${scope}"${chosen.includes(scope) ? html` checked` : ''}>
<span>${capital(SCOPE_SENTENCES[scope])} <code>${scope}</code></span></label>`,
)}</fieldset>`;

export const scopeList = (scopes: readonly Scope[]): Html =>
  html`<ul class="may">${scopes.map((scope) => html`<li>${capital(SCOPE_SENTENCES[scope])} <code>${scope}</code></li>`)}</ul>`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Those that somebody of this role can give. */
export const roleOptions = (own: Role, chosen: Role): Html =>
  html`${ROLES.filter((role) => rankOf(role) <= rankOf(own)).map(
    (role) => html`<option${role === chosen ? html` selected` : ''}>${role}</option>`,
  )}`;

/** In the place of a form that an older sign-in could not send. */
export const confirmFirst = (c: Context<AppEnv>, what: string): Html =>
  html`<p class="row"><a class="button plain" href="/signin?stepUp=1&amp;return=${encodeURIComponent(c.req.path)}">Confirm that it is you ${what}</a></p>`;

/** Leads on in a list that is longer than a page. */
export const older = (c: Context<AppEnv>, nextCursor: string | null): Html | '' =>
  nextCursor === null
    ? ''
    : html`<p class="row small"><a href="${c.req.path}?cursor=${encodeURIComponent(nextCursor)}">Older ones</a></p>`;
