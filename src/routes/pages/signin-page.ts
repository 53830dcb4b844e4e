// /signin: by passkey, which takes a script, or by a recovery code, which takes none.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { recover } from '../../actions/signins.ts';
import type { AppEnv } from '../../middleware/app-env.ts';
import { originOf } from '../../middleware/origin-of.ts';
import { setSigninCookie } from '../../middleware/signin-cookie.ts';
import { visitorOf } from '../../middleware/visitor.ts';
import { createRouter } from '../router.ts';
import { byLocalName } from './local-name.ts';
import { sendPage } from './page.ts';
import { readForm } from './read-form.ts';
import { returnPath } from './return-path.ts';

const FAILED = 'This address and this code do not belong together, or the code was used before.';

export const signinPage = createRouter();

signinPage.get('/signin', byLocalName, async (c) => {
  const target = returnPath(c.req.query('return'), originOf(c));
  const { signin } = await visitorOf(c);
  if (signin?.setup) return c.redirect('/signin/passkey', 303);
  const isStepUp = c.req.query('stepUp') === '1' && signin !== null;
  if (signin !== null && !isStepUp) return c.redirect(target, 303);
  const upstream = c.env.OIDC_ISSUER;
  const mode: string = c.env.AUTH_MODE;
  const query = encodeURIComponent(target);
  const again = isStepUp ? '&stepUp=1' : '';
  return sendPage(c, {
    title: isStepUp ? 'Confirm that it is you' : 'Sign in',
    scripts: ['/pages/signin.browser.js'],
    connects: true,
    body: html`<p class="quiet">${
      isStepUp
        ? 'What you are about to do needs a sign-in of the last five minutes.'
        : 'Your device or security key proves who you are. There are no passwords.'
    }</p>
<form id="signin" data-purpose="${isStepUp ? 'stepUp' : 'signin'}" data-target="${target}">
<button class="full">Use a passkey</button>
</form>
<noscript><p class="notice">A passkey needs JavaScript. A recovery code works without.</p></noscript>
<div id="alert" role="alert"></div>
${mode === 'open' ? html`<p class="notice">This server runs in open mode, where its machine needs no sign-in and nobody has one. <code>curl ${originOf(c)}/gates</code> lists what waits for a decision; for the pages, start it with <code>AUTH_MODE=required npm run dev</code>.</p>` : ''}
${upstream === undefined ? '' : html`<p class="row"><a class="button plain" href="/v1/auth/oidc/start?return=${query}${again}">Sign in with ${hostOf(upstream)}</a></p>`}
<p class="row small"><a href="/signin/recovery?return=${query}">Use a recovery code</a></p>`,
  });
});

signinPage.get('/signin/recovery', byLocalName, (c) =>
  sendRecovery(c, { target: returnPath(c.req.query('return'), originOf(c)) }),
);

signinPage.post('/signin/recovery', async (c) => {
  const visit = await visitorOf(c);
  const field = await readForm(c);
  const target = returnPath(field('return'), visit.origin);
  const email = field('email').trim().slice(0, 254);
  const done = await recover(visit, { email, code: field('code').slice(0, 64) });
  if (!done.ok) {
    const { code, message } = done.refusal;
    return sendRecovery(c, { target, email, fault: code === 'invalid_token' ? FAILED : message });
  }
  setSigninCookie(c, done.value.cookie);
  return c.redirect(target, 303);
});

interface RecoveryForm {
  readonly target: string;
  readonly email?: string;
  readonly fault?: string;
}

function sendRecovery(c: Context<AppEnv>, { target, email = '', fault }: RecoveryForm) {
  return sendPage(c, {
    title: 'Use a recovery code',
    status: fault === undefined ? 200 : 401,
    body: html`<p class="quiet">You were shown ten of them with your first passkey. Each works once.</p>
<div role="alert">${fault ?? ''}</div>
<form method="post" action="/signin/recovery">
<input type="hidden" name="return" value="${target}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" value="${email}" autocomplete="username" required maxlength="254">
<label for="code">Recovery code</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" required maxlength="64">
<button class="full">Sign in</button>
</form>
<p class="row small"><a href="/signin?return=${encodeURIComponent(target)}">Use a passkey instead</a></p>`,
  });
}

const hostOf = (issuer: string): string => (URL.canParse(issuer) ? new URL(issuer).host : issuer);
