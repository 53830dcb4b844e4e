// Signing in by another provider: two steps of a browser, and no client's.

import { html } from 'hono/html';
import { finishUpstream, startUpstream } from '../actions/upstream.ts';
import { originOf } from '../middleware/origin-of.ts';
import { unwrap } from '../middleware/refusal.ts';
import { setSigninCookie } from '../middleware/signin-cookie.ts';
import { rememberedState, rememberState } from '../middleware/upstream-cookie.ts';
import { visitorOf } from '../middleware/visitor.ts';
import { byLocalName } from './pages/local-name.ts';
import { sendPage } from './pages/page.ts';
import { returnPath } from './pages/return-path.ts';
import { createRouter } from './router.ts';

export const upstream = createRouter();

upstream.get('/v1/auth/oidc/start', byLocalName, async (c) => {
  const target = returnPath(c.req.query('return'), originOf(c));
  const isStepUp = c.req.query('stepUp') === '1';
  const { location, state } = unwrap(await startUpstream(await visitorOf(c), { target, isStepUp }));
  rememberState(c, state);
  return c.redirect(location, 303);
});

upstream.get('/v1/auth/oidc/callback', async (c) => {
  const done = await finishUpstream(await visitorOf(c), {
    state: c.req.query('state') ?? '',
    remembered: rememberedState(c),
    code: c.req.query('code'),
    iss: c.req.query('iss'),
  });
  rememberState(c, null);
  if (done.ok) {
    setSigninCookie(c, done.value.cookie);
    return c.redirect(done.value.body.target, 303);
  }
  const { code, message } = done.refusal;
  if (code === 'not_found') return unwrap(done);
  return sendPage(c, {
    title: 'That did not work',
    status: 403,
    body: html`<div role="alert">${message}</div>
<p class="row"><a class="button" href="/signin">Back to signing in</a></p>`,
  });
});
