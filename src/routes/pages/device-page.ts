// What a person sees who has a code from a device.

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { AppEnv } from '../../middleware/app-env.ts';
import { styleLink } from './consent-page.ts';
import { sendPage } from './page.ts';

const WARNINGS = {
  unknown: 'No device waits with this code. Look at the device again: codes last ten minutes.',
  locked: 'There were too many wrong codes. Try again in ten minutes.',
  gone: 'This code was answered already, or it is too old. Ask the device for another one.',
} as const;
const STATUS = { unknown: 400, gone: 400, locked: 429 } as const;

/** Asks for the code, also where the link has it already: only the person knows whether the device shows the same. */
export function sendCodePage(
  c: Context<AppEnv>,
  typed: string,
  fault: keyof typeof WARNINGS | null = null,
): Promise<Response> {
  return sendPage(c, {
    title: 'Connect a device',
    status: fault === null ? 200 : STATUS[fault],
    body: html`${styleLink}
${fault === null ? '' : html`<p role="alert">${WARNINGS[fault]}</p>`}
<p>Type the code that your device shows, or check that it is the same.</p>
<form method="post" action="/device">
<p><label>Code <input class="code" name="user_code" value="${typed}" maxlength="20" size="10" required
autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="WDJB-MJHT"></label></p>
<p class="notice">Go on only if you have the device before you and have started this yourself. Whoever sent you a
code or a link wants to act in your name.</p>
<p class="row"><button>It is the same, go on</button></p>
</form>`,
  });
}

export const sendDevicePage = (c: Context<AppEnv>, allowed: boolean): Promise<Response> =>
  sendPage(c, {
    title: allowed ? 'Your device is connected' : 'The device was turned away',
    body: html`<p>You can close this page${allowed ? ' and go back to the device' : ''}.</p>`,
  });
