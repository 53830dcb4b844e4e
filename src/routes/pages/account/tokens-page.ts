// /account/tokens: a person's own access tokens.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { createToken, listTokens, revokeToken } from '../../../actions/tokens.ts';
import type { Refusal } from '../../../contract/error.ts';
import { PageQuery } from '../../../contract/listing.ts';
import { SCOPES } from '../../../contract/principal.ts';
import { CreateTokenBody, DEFAULT_TOKEN_SCOPES, type Token } from '../../../contract/token.ts';
import {
  enterByForm,
  enterPage,
  type FormKeys,
  newFormKeys,
} from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import { unwrap } from '../../../middleware/refusal.ts';
import { isSigninFresh } from '../../../middleware/require-scope.ts';
import { byLocalName } from '../local-name.ts';
import type { Html } from '../page.ts';
import { confirmed, confirmFirst, formKeys, older, scopeChoice, when } from './account-parts.ts';
import {
  askFor,
  createAccountRouter,
  readFields,
  refused,
  sendAccountPage,
  settle,
} from './account-router.ts';
import { sendShownOnce } from './shown-once.ts';

const HERE = '/account/tokens';
const PRESET = new URLSearchParams([
  ['days', '90'],
  ...DEFAULT_TOKEN_SCOPES.map((scope) => ['scope', scope]),
]);

export const tokensPage = createAccountRouter();

tokensPage.get(HERE, byLocalName, async (c) => {
  await enterPage(c);
  return sendTokens(c, PRESET, null);
});

tokensPage.post(HERE, async (c) => {
  const form = await enterByForm(c);
  if (form.get('do') === 'revoke') {
    const done = await revokeToken(askFor(c, 'tokens:write'), form.get('id') ?? '');
    const again = (refusal: Refusal) => sendTokens(c, PRESET, refusal);
    return settle(c, done, { to: HERE, again });
  }
  const again = (refusal: Refusal) => sendTokens(c, form, refusal);
  const ask = askFor(c, 'tokens:write', { stepUp: true });
  const body = readFields(CreateTokenBody, {
    name: form.get('name') ?? '',
    scopes: form.getAll('scope'),
    expiresInDays: Number(form.get('days') || Number.NaN),
  });
  if (!body.ok) return refused(c, body.refusal, again);
  const made = await createToken(ask, body.value);
  if (!made.ok) return refused(c, made.refusal, again);
  const { name, token, expiresAt } = made.value.body;
  return sendShownOnce(c, {
    tab: 'tokens',
    title: name,
    secret: token,
    label: 'Access token',
    warning: html`Whoever has it can do in your name what you have allowed it, until ${when(expiresAt)}.`,
    back: HERE,
  });
});

async function sendTokens(
  c: Context<AppEnv>,
  form: URLSearchParams,
  refusal: Refusal | null,
): Promise<Response> {
  const query = unwrap(readFields(PageQuery, c.req.query()));
  const ask = askFor(c, 'tokens:read');
  const { data, pagination } = unwrap(await listTokens(ask, query));
  const keys = await newFormKeys(c);
  return sendAccountPage(c, {
    tab: 'tokens',
    title: 'Access tokens',
    refusal,
    body: html`<p class="quiet">For scripts and tools that act in your name. None can do more than you can yourself.</p>
<ul class="items">${data.map((token) => tokenItem(token, keys, ask.now))}</ul>
${older(c, pagination.nextCursor)}
<h2>New token</h2>
${isSigninFresh(c) ? tokenForm(keys, form) : confirmFirst(c, 'to make a token')}`,
  });
}

function tokenItem(token: Token, keys: FormKeys, now: number): Html {
  const { id, name, hint, scopes, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  const isOver = revokedAt !== null || Date.parse(expiresAt) <= now;
  return html`<li${isOver ? html` class="over"` : ''}>
<div><p>${name} <code class="small">${hint}</code></p>
<p class="small quiet">Made ${when(createdAt)}${lastUsedAt === null ? ', never used' : html`, used ${when(lastUsedAt)}`}, ends ${when(expiresAt)}</p>
<details class="small"><summary>${scopes.length === 1 ? 'One scope' : `${scopes.length} scopes`}</summary><p>${scopes.join(' ')}</p></details></div>
${isOver ? html`<span class="badge">${revokedAt === null ? 'expired' : 'revoked'}</span>` : revocation(keys, id, name)}</li>`;
}

const revocation = (keys: FormKeys, id: string, name: string): Html =>
  confirmed(keys, {
    deed: 'revoke',
    id,
    open: 'Revoke',
    button: 'Yes, revoke',
    label: `Revoke ${name}`,
    sentence: 'It is refused from now on, and so are the tokens that were made by it.',
  });

const tokenForm = (keys: FormKeys, form: URLSearchParams): Html => html`
<form method="post" action="${HERE}">${formKeys(keys, { deed: 'create' })}
<div class="pair"><div><label for="name">Name</label>
<input id="name" name="name" value="${form.get('name') ?? ''}" required maxlength="100" autocomplete="off"></div>
<div><label for="days">Ends after (days)</label>
<input id="days" name="days" type="number" min="1" max="366" value="${form.get('days') ?? ''}" required></div></div>
${scopeChoice(SCOPES, form.getAll('scope'))}
<button>Create token</button>
</form>`;
