// /signin/account: where a person is signed in and by what. Only making a passkey takes a script.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { type Account, readAccount } from '../../actions/account.ts';
import { removePasskeyOf } from '../../actions/own-passkeys.ts';
import { endSigninOf, signOut } from '../../actions/signins.ts';
import type { Visit } from '../../actions/visit.ts';
import type { Result } from '../../contract/error.ts';
import type { Passkey, Signin } from '../../contract/signin.ts';
import type { AppEnv } from '../../middleware/app-env.ts';
import { unwrap } from '../../middleware/refusal.ts';
import { setSigninCookie } from '../../middleware/signin-cookie.ts';
import { visitorOf } from '../../middleware/visitor.ts';
import { createRouter } from '../router.ts';
import { accountNav } from './account/account-nav.ts';
import { byLocalName } from './local-name.ts';
import { sendPage } from './page.ts';
import { readForm } from './read-form.ts';

const HERE = '/signin/account';
const STEP_UP = `/signin?stepUp=1&return=${encodeURIComponent(HERE)}`;

export const accountPage = createRouter();

accountPage.get(HERE, byLocalName, async (c) => {
  const visit = await visitorOf(c);
  if (visit.signin === null) return c.redirect('/signin', 303);
  if (visit.signin.setup) return c.redirect('/signin/passkey', 303);
  return sendAccount(c, unwrap(await readAccount(visit)));
});

accountPage.post(HERE, async (c) => {
  const visit = await visitorOf(c);
  const field = await readForm(c);
  if (field('do') === 'signout') {
    unwrap(await signOut(visit));
    setSigninCookie(c, null);
    return c.redirect('/signin', 303);
  }
  const done = await change(visit, field('do'), field('id'));
  if (done.ok) return c.redirect(HERE, 303);
  const { code, message } = done.refusal;
  if (code === 'insufficient_user_authentication') return c.redirect(STEP_UP, 303);
  if (code === 'unauthorized') return c.redirect('/signin', 303);
  return sendAccount(c, unwrap(await readAccount(visit)), message);
});

const change = (visit: Visit, what: string, id: string): Promise<Result<null>> =>
  what === 'remove' ? removePasskeyOf(visit, id) : endSigninOf(visit, id);

function sendAccount(c: Context<AppEnv>, account: Account, fault = '') {
  const { name, email, passkeys, signins, isFresh } = account;
  const left = passkeys.recoveryCodesLeft;
  return sendPage(c, {
    title: name,
    status: fault === '' ? 200 : 400,
    nav: accountNav('signin'),
    styles: ['/pages/account.css'],
    scripts: ['/pages/account.browser.js'],
    connects: true,
    body: html`<div class="wide">
<p class="quiet">${email ?? ''}</p>
<div id="alert" role="alert">${fault}</div>
<h2>Passkeys</h2>
<ul class="items">${passkeys.data.map(passkeyItem)}</ul>
${passkeys.data.length === 0 ? html`<p>You have none yet.</p>` : ''}
${
  isFresh
    ? html`<form id="add" hidden><button class="plain">Add a passkey</button></form>`
    : html`<p class="row"><a class="button plain" href="${STEP_UP}">Confirm it is you to add a passkey</a></p>`
}
<section id="done" hidden><h2>Write down your new recovery codes</h2><ol id="codes" class="codes"></ol></section>
<p class="small quiet row">${left === 1 ? 'One recovery code is' : `${left} recovery codes are`} left.</p>
<h2>Where you are signed in</h2>
<ul class="items">${signins.map(signinItem)}</ul>
<form method="post" action="${HERE}"><button class="plain" name="do" value="signout">Sign out</button></form>
</div>`,
  });
}

const day = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

const passkeyItem = ({ id, createdAt, lastUsedAt, backedUp, transports }: Passkey) => html`<li>
<div><p>${backedUp ? 'Synced passkey' : kindOf(transports)}</p>
<p class="small quiet">Made ${day(createdAt)}${lastUsedAt === null ? '' : `, used ${day(lastUsedAt)}`}</p></div>
${button('remove', id, 'Remove', `Remove the passkey made ${day(createdAt)}`)}</li>`;

const kindOf = (transports: readonly string[]): string =>
  transports.includes('internal') ? 'Passkey on a device' : 'Security key';

const signinItem = ({ id, current, userAgent, createdAt, ipPrefix }: Signin) => html`<li>
<div><p>${current ? html`<strong>This browser</strong>` : browserOf(userAgent)}</p>
<p class="small quiet">Since ${day(createdAt)}${ipPrefix === null ? '' : ` from ${ipPrefix}`}</p></div>
${current ? '' : button('end', id, 'End', `End the sign-in of ${day(createdAt)}`)}</li>`;

const button = (
  what: string,
  id: string,
  text: string,
  label: string,
) => html`<form class="bare" method="post" action="${HERE}">
<input type="hidden" name="id" value="${id}">
<button class="danger" name="do" value="${what}" aria-label="${label}">${text}</button></form>`;

/** Enough to tell one's own browsers apart. */
function browserOf(userAgent: string | null): string {
  const agent = userAgent ?? '';
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? 'Another browser';
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|CrOS|Linux)/.exec(agent)?.[1];
  return system === undefined ? browser : `${browser} on ${system}`;
}
