// GET /pages/…: what the pages are made of. The Worker serves it itself, so that a page and its script are always of one
// release; the browser asks again after five minutes.

import colours from '../../../console/src/style/tokens.css';
import { refuse } from '../../contract/error.ts';
import { unwrap } from '../../middleware/refusal.ts';
import { createRouter } from '../router.ts';
import account from './browser/account.browser.js';
import accountStyle from './browser/account.css';
import accountFormsStyle from './browser/account-forms.css';
import copy from './browser/copy.browser.js';
import enroll from './browser/enroll.browser.js';
import form from './browser/form.browser.js';
import gateStyle from './browser/gate.css';
import signin from './browser/signin.browser.js';
import style from './browser/style.css';
import webauthn from './browser/webauthn.browser.js';

const STYLE = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const FILES: ReadonlyMap<string, readonly [text: string, type: string]> = new Map([
  ['style.css', [colours + style, STYLE]],
  ['account.css', [accountStyle, STYLE]],
  ['account-forms.css', [accountFormsStyle, STYLE]],
  ['gate.css', [gateStyle, STYLE]],
  ['account.browser.js', [account, SCRIPT]],
  ['copy.browser.js', [copy, SCRIPT]],
  ['enroll.browser.js', [enroll, SCRIPT]],
  ['form.browser.js', [form, SCRIPT]],
  ['signin.browser.js', [signin, SCRIPT]],
  ['webauthn.browser.js', [webauthn, SCRIPT]],
]);

export const pageAssets = createRouter();

pageAssets.get('/pages/:name', (c) => {
  const file = FILES.get(c.req.param('name'));
  if (file === undefined) return unwrap(refuse('not_found', 'Not found'));
  const [text, type] = file;
  return c.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=300' });
});
