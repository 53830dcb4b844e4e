// The code flow in a browser: GET /v1/auth/authorize, then GET and POST /v1/auth/consent. No other page may read what is
// answered here, and every way out is a 303, so that no browser sends a form on.

import type { Context } from 'hono';
import { authorize, type Outcome } from '../actions/authorize.ts';
import { answerConsent, type ConsentForm, type Shown, showConsent } from '../actions/consent.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { readOwnForm } from '../middleware/own-form.ts';
import { pageVisitOf, personOf } from '../middleware/person.ts';
import { sendConsentPage, sendDeadEnd } from './pages/consent-page.ts';
import { CONSENT_STYLE, CONSENT_STYLE_PATH } from './pages/consent-style.ts';
import { createRouter } from './router.ts';

const CONSENT_PATH = '/v1/auth/consent';

export const authorization = createRouter();

authorization.get('/v1/auth/authorize', async (c) => {
  const visit = pageVisitOf(c);
  const found = await personOf(c);
  const person = found && { ...visit, ...found };
  return send(c, await authorize(visit, new URL(c.req.url).search, person));
});

authorization.get(CONSENT_PATH, async (c) => {
  const person = await personOf(c);
  const id = c.req.query('transaction') ?? '';
  if (person !== null) return send(c, await showConsent({ ...pageVisitOf(c), ...person }, id));
  const returnTo = `${CONSENT_PATH}?${new URLSearchParams({ transaction: id })}`;
  return send(c, { type: 'signin', returnTo, stepUp: false });
});

authorization.post(CONSENT_PATH, async (c) => {
  const form = await readOwnForm(c);
  const person = await personOf(c);
  if (person === null) {
    return send(c, { type: 'refused', message: 'You are no longer signed in. Start again.' });
  }
  const shown = await answerConsent({ ...pageVisitOf(c), ...person }, consentFormOf(form));
  return send(c, shown);
});

authorization.get(CONSENT_STYLE_PATH, (c) =>
  c.body(CONSENT_STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
);

function send(c: Context<AppEnv>, shown: Shown | Outcome): Promise<Response> | Response {
  hideFromPages(c);
  switch (shown.type) {
    case 'page':
      return sendConsentPage(c, shown.view, { action: CONSENT_PATH, again: shown.again });
    case 'refused':
      return sendDeadEnd(c, 'This cannot go on', shown.message);
    case 'leave':
      return c.redirect(shown.location, 303);
    case 'signin':
      return c.redirect(signinPath(shown), 303);
    case 'ask':
      return c.redirect(`${CONSENT_PATH}?transaction=${shown.consentId}`, 303);
    default:
      return shown satisfies never;
  }
}

/** Anything but `allow` allows nothing. */
export function consentFormOf(form: URLSearchParams): ConsentForm {
  return {
    id: form.get('transaction') ?? '',
    token: form.get('token') ?? '',
    decision: form.get('decision') === 'allow' ? 'allow' : 'deny',
    projects: { all: form.get('projects') === 'all', projectIds: form.getAll('project') },
  };
}

export function signinPath({
  returnTo,
  stepUp,
}: {
  readonly returnTo: string;
  readonly stepUp: boolean;
}): string {
  const query = new URLSearchParams({ ...(stepUp ? { stepUp: '1' } : {}), return: returnTo });
  return `/signin?${query}`;
}

/** What a browser shows a person is not for scripts of other pages. */
export function hideFromPages(c: Context<AppEnv>): void {
  c.header('Access-Control-Allow-Origin', undefined);
  c.header('Access-Control-Expose-Headers', undefined);
}
