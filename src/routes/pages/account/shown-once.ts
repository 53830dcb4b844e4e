// The answer to a form that has made a secret. It is the one answer that is no 303, for nothing keeps the secret that
// could be led to; sent again, the form makes no other one.

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { AppEnv } from '../../../middleware/app-env.ts';
import type { Html } from '../page.ts';
import type { Tab } from './account-nav.ts';
import { sendAccountPage } from './account-router.ts';

interface ShownOnce {
  readonly tab: Tab;
  readonly title: string;
  /** Null: it was shown before. */
  readonly secret: string | null;
  readonly label: string;
  /** What it is for, and who may see it. */
  readonly warning: Html;
  /** What else its owner needs, by name. */
  readonly beside?: readonly (readonly [name: string, value: string])[];
  readonly back: string;
}

export function sendShownOnce(c: Context<AppEnv>, shown: ShownOnce): Promise<Response> {
  const { tab, title, secret, label, warning, beside = [], back } = shown;
  return sendAccountPage(c, {
    tab,
    title,
    scripts: secret === null ? [] : ['/pages/copy.browser.js'],
    body: html`${
      secret === null
        ? html`<p class="notice">This was done before, and what it made was shown then. It is not shown again.</p>`
        : html`<p class="notice warning"><strong>Copy it now: it is never shown again.</strong> ${warning}</p>
${beside.map(([name, value], at) => field({ name, value, id: `beside${at}` }))}
${field({ name: label, value: secret, id: 'secret' })}`
    }
<p class="row"><a class="button" href="${back}">${secret === null ? 'Go back' : 'I have copied it'}</a></p>`,
  });
}

const field = (shown: { readonly name: string; readonly value: string; readonly id: string }) =>
  html`<label for="${shown.id}">${shown.name}</label>
<div class="copied"><input id="${shown.id}" class="secret" value="${shown.value}" readonly autocomplete="off" spellcheck="false">
<button type="button" class="plain" data-copies="${shown.id}" aria-label="Copy: ${shown.name}" hidden>Copy</button></div>`;
