// GET and POST /device: the browser's half of the device grant (RFC 8628 §3.3).

import type { Context } from 'hono';
import { answerDeviceForm, type DeviceShown, showDevice } from '../actions/device.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { readOwnForm } from '../middleware/own-form.ts';
import { pageVisitOf, personOf } from '../middleware/person.ts';
import { consentFormOf, hideFromPages, signinPath } from './authorize.ts';
import { sendConsentPage } from './pages/consent-page.ts';
import { sendCodePage, sendDevicePage } from './pages/device-page.ts';
import { createRouter } from './router.ts';

const PATH = '/device';
const TYPED_CHARACTERS = 20;

export const device = createRouter();

device.get(PATH, async (c) => {
  hideFromPages(c);
  const typed = (c.req.query('user_code') ?? '').slice(0, TYPED_CHARACTERS);
  if ((await personOf(c)) !== null) return sendCodePage(c, typed);
  return toSignin(c, typed);
});

device.post(PATH, async (c) => {
  hideFromPages(c);
  const form = await readOwnForm(c);
  const typed = (form.get('user_code') ?? '').slice(0, TYPED_CHARACTERS);
  const found = await personOf(c);
  if (found === null) return toSignin(c, typed);
  const person = { ...pageVisitOf(c), ...found };
  if (!form.has('decision')) return send(c, await showDevice(person, typed), typed);
  return send(c, await answerDeviceForm(person, consentFormOf(form)), '');
});

function toSignin(c: Context<AppEnv>, typed: string): Response {
  const query = typed === '' ? '' : `?${new URLSearchParams({ user_code: typed })}`;
  return c.redirect(signinPath({ returnTo: PATH + query, stepUp: false }), 303);
}

function send(c: Context<AppEnv>, shown: DeviceShown, typed: string): Promise<Response> {
  switch (shown.type) {
    case 'page':
      return sendConsentPage(c, shown.view, { action: PATH, again: shown.again });
    case 'done':
      return sendDevicePage(c, shown.allowed);
    case 'unknown':
    case 'locked':
    case 'gone':
      return sendCodePage(c, typed, shown.type);
    default:
      return shown satisfies never;
  }
}
