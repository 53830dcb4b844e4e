// The pages on which people see to what is theirs: who comes must be signed in, and a form counts only if it is one that
// was shown to this very sign-in.

import type { Context } from 'hono';
import { formTokenOf, isFormToken, type Question } from '../auth/form-token.ts';
import { newId } from '../auth/id.ts';
import { refuse } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { setFormIdempotency } from './idempotency-key.ts';
import { setCaller } from './identify.ts';
import { passQuota, startQuota } from './limits.ts';
import { readOwnForm } from './own-form.ts';
import { personOf } from './person.ts';
import { DENIED, unwrap } from './refusal.ts';

const NAME = /^frm_[0-9a-hjkmnp-tv-z]{26}$/;
const NOBODY = refuse('unauthorized', 'This needs a sign-in.');
const NOT_SHOWN = refuse(
  'forbidden_origin',
  'This form was not shown to this sign-in. Open the page again.',
);
const NO_TEXT = refuse('invalid_request', 'A field holds a character that no text has.');

/** What each form carries out of sight: its own name, and the proof that it was shown to this sign-in. */
export interface FormKeys {
  readonly once: string;
  readonly token: string;
}

/** Sees who is signed in, as D1 knows it now, and counts the request. Refused as `unauthorized` without a sign-in. */
export async function enterPage(c: Context<AppEnv>): Promise<void> {
  const person = await personOf(c);
  if (person === null) return unwrap(NOBODY);
  setCaller(c, person.caller);
  if (startQuota(c)?.isDenied) throw DENIED;
}

/** The keys of the forms of a page that is about to be shown. */
export async function newFormKeys(c: Context<AppEnv>): Promise<FormKeys> {
  const once = newId('frm', Date.now());
  return { once, token: await formTokenOf(c.env, questionOf(c, once)) };
}

/** The fields of a form that we have shown to who sends it; sent again, it does nothing again. */
export async function enterByForm(c: Context<AppEnv>): Promise<URLSearchParams> {
  const form = await readOwnForm(c);
  await enterPage(c);
  const once = form.get('once') ?? '';
  const isShown =
    NAME.test(once) && (await isFormToken(c.env, questionOf(c, once), form.get('token') ?? ''));
  if (!isShown) unwrap(NOT_SHOWN);
  if ([...form.values()].some((text) => text.includes('\0'))) unwrap(NO_TEXT);
  const deed = [form.get('do') ?? '', form.get('id') ?? ''];
  await setFormIdempotency(c, { once, deed, form: form.toString() });
  await passQuota(c);
  return form;
}

const questionOf = (c: Context<AppEnv>, once: string): Question => ({
  id: `account ${once}`,
  signinId: c.get('credential').id ?? '',
});
