// What a person sees before they allow an app something.

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ConsentView } from '../../actions/consent-view.ts';
import type { AppEnv } from '../../middleware/app-env.ts';
import { CONSENT_STYLE_PATH } from './consent-style.ts';
import { sendPage } from './page.ts';

/** Where the form goes, and what it carries beside the answer. */
export interface ConsentForm {
  readonly action: string;
  /** What the person has to mend; null at first. */
  readonly again: string | null;
}

export const styleLink = html`<link rel="stylesheet" href="${CONSENT_STYLE_PATH}">`;

export function sendConsentPage(
  c: Context<AppEnv>,
  view: ConsentView,
  form: ConsentForm,
): Promise<Response> {
  const { returnsTo } = view;
  return sendPage(c, {
    title: `Allow ${nameOf(view)}?`,
    status: form.again === null ? 200 : 400,
    formActions: returnsTo === null ? [] : [returnsTo.formAction],
    body: html`${styleLink}
${form.again === null ? '' : html`<p role="alert">${form.again}</p>`}
<p>${whoAsks(view)} wants to act for you in Sluice. It may then:</p>
<ul class="asks">${view.scopes.map(({ sentence }) => html`<li>${sentence}</li>`)}</ul>
<p>It can never do more than you can do yourself, and that is checked each time.</p>
${facts(view)}
${warnings(view)}
<form method="post" action="${form.action}">
<input type="hidden" name="transaction" value="${view.id}">
<input type="hidden" name="token" value="${view.token}">
${projectChoice(view)}
<p class="row">
<span class="armed"><button class="unarmed" formmethod="dialog" tabindex="-1" aria-hidden="true">Allow</button>
<button class="arm" name="decision" value="allow">Allow</button></span>
<button class="plain" name="decision" value="deny">Deny</button>
</p>
</form>`,
  });
}

/** By the host where there is one: a name is only what somebody calls themselves. */
const nameOf = ({ client }: ConsentView): string => client.host ?? client.name;

const whoAsks = ({ client }: ConsentView) =>
  client.host === null
    ? html`<strong>${client.name}</strong>`
    : html`<strong>${client.host}</strong>, which calls itself “${client.name}”,`;

const facts = ({ client, account, resources, returnsTo }: ConsentView) => html`<dl class="facts">
<dt>Your account</dt><dd>${account.name}${account.email === null ? '' : html` (${account.email})`}</dd>
<dt>App</dt><dd>${client.id}</dd>
<dt>For</dt><dd>${resources.join(', ')}</dd>
<dt>Returns to</dt><dd>${returnsTo === null ? 'the device that showed you the code' : returnsTo.name}</dd>
</dl>`;

const warnings = ({ isFirst, returnsTo, client }: ConsentView) =>
  html`${
    isFirst
      ? html`<p class="notice">You have never allowed this app anything. Go on only if you have just started it
yourself${client.host === null ? '' : html` and trust <strong>${client.host}</strong>`}.</p>`
      : ''
  }${
    returnsTo?.isThisMachine
      ? html`<p class="notice">It returns to a program on this computer. Any program that runs here can call itself
by this name.</p>`
      : ''
  }`;

const projectChoice = ({ projects }: ConsentView) => html`<fieldset class="choice">
<legend>In which projects</legend>
<label><input type="radio" name="projects" value="all" checked> All that I am a member of, now and later</label>
${
  projects.length === 0
    ? ''
    : html`<label><input type="radio" name="projects" value="chosen"> Only these:</label>
<div class="within">${projects.map(
        ({ id, name, role }) =>
          html`<label><input type="checkbox" name="project" value="${id}"> ${name} (${role})</label>`,
      )}</div>`
}
</fieldset>`;

/** A page that leads nowhere: what is wrong, in words. */
export const sendDeadEnd = (
  c: Context<AppEnv>,
  title: string,
  message: string,
): Promise<Response> => sendPage(c, { title, status: 400, body: html`<p>${message}</p>` });
