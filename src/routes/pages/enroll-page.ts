// /bootstrap, /invite and /signin/passkey: how a person comes to have a passkey. The secret stands in the fragment of the
// link, so only the script of the page sees it.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { bootstrapDoor } from '../../actions/bootstrap.ts';
import type { AppEnv } from '../../middleware/app-env.ts';
import { visitorOf } from '../../middleware/visitor.ts';
import { createRouter } from '../router.ts';
import { byLocalName } from './local-name.ts';
import { type Page, sendPage } from './page.ts';

type Html = Page['body'];

interface Enrolment {
  readonly title: string;
  readonly intro: string;
  /** The form that comes before the passkey. */
  readonly form: Html | '';
  /** True: the passkey is all that is left to do. */
  readonly isPasskeyNext: boolean;
}

export const enrollPages = createRouter();

enrollPages.get('/bootstrap', byLocalName, async (c) => {
  const visit = await visitorOf(c);
  if (visit.signin?.setup) return c.redirect('/signin/passkey', 303);
  const door = await bootstrapDoor(visit);
  if (door === 'closed') return sendClosed(c);
  const isFirst = door === 'first';
  return sendEnrolment(c, {
    title: isFirst ? 'Become the first owner' : 'Come in again',
    intro: isFirst
      ? 'Nobody has an account here yet. You will own the first project and can invite others.'
      : 'The operator lets you in. Register a passkey, and remove what you have lost.',
    isPasskeyNext: false,
    form: html`<form id="enroll" data-path="/v1/auth/bootstrap" data-signedin="false">
${isFirst ? personFields() : ''}
<button class="full">Continue with a passkey</button>
</form>`,
  });
});

enrollPages.get('/invite', byLocalName, async (c) => {
  const { signin } = await visitorOf(c);
  if (signin?.setup) return c.redirect('/signin/passkey', 303);
  const isKnown = signin !== null;
  return sendEnrolment(c, {
    title: 'Accept the invitation',
    intro: isKnown
      ? 'The project is added to the account that you are signed in with.'
      : 'Make an account with a passkey, or sign in to the one that you have.',
    isPasskeyNext: false,
    form: html`<form id="enroll" data-path="/v1/invitations/accept" data-signedin="${String(isKnown)}">
${isKnown ? '' : personFields()}
<button class="full">${isKnown ? 'Accept' : 'Accept with a passkey'}</button>
${isKnown ? '' : html`<p class="row small"><a href="/signin?return=/invite">I have an account: sign in</a></p>`}
</form>`,
  });
});

enrollPages.get('/signin/passkey', byLocalName, async (c) => {
  const { signin } = await visitorOf(c);
  if (signin === null) return c.redirect('/signin', 303);
  if (!signin.setup) return c.redirect('/signin/account', 303);
  return sendEnrolment(c, {
    title: 'Register a passkey',
    intro: 'One step is left: a passkey, which will be your way in.',
    isPasskeyNext: true,
    form: '',
  });
});

function sendEnrolment(c: Context<AppEnv>, { title, intro, form, isPasskeyNext }: Enrolment) {
  return sendPage(c, {
    title,
    scripts: ['/pages/enroll.browser.js'],
    connects: true,
    body: html`<p id="intro" class="quiet">${intro}</p>
<noscript><p class="notice">This page needs JavaScript: a passkey is made by your browser.</p></noscript>
<div id="alert" role="alert"></div>
${form}
<form id="passkey" ${isPasskeyNext ? '' : 'hidden'}>
<p>Your browser will ask you to make a passkey, on this device or on a security key.</p>
<button class="full">Register a passkey</button>
</form>
${codesSection()}`,
  });
}

const personFields = (): Html => html`<label for="name">Name</label>
<input id="name" name="name" autocomplete="name" required maxlength="100">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="254">`;

const codesSection = (): Html => html`<section id="done" hidden>
<p>Each lets you in once, should you lose your passkey. They are never shown again.</p>
<ol id="codes" class="codes"></ol>
<p class="row"><a class="button" href="/signin/account">I have written them down</a>
<button type="button" id="copy" class="plain">Copy</button> <span id="copied" role="status"></span></p>
</section>`;

const sendClosed = (c: Context<AppEnv>) =>
  sendPage(c, {
    title: 'There is nothing to set up',
    status: 404,
    body: html`<p>Either somebody owns this server already, or the link is older than 15 minutes.</p>
<p class="quiet">The operator makes a new one with <code>npm run bootstrap</code>.</p>
<p class="row"><a class="button" href="/signin">Sign in</a></p>`,
  });
