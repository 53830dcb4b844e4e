// /account/clients/{id}: what a client may do, its secrets, and its end.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { removeClient } from '../../../actions/client-changes.ts';
import { createSecret, removeSecret } from '../../../actions/client-secrets.ts';
import { readClient } from '../../../actions/clients.ts';
import { getProject } from '../../../actions/projects.ts';
import { type Client, NewSecretBody } from '../../../contract/client.ts';
import type { Refusal } from '../../../contract/error.ts';
import { scopesIn } from '../../../contract/principal.ts';
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
import { confirmed, confirmFirst, formKeys, scopeList, when } from './account-parts.ts';
import {
  askFor,
  createAccountRouter,
  readFields,
  refused,
  sendAccountPage,
  settle,
} from './account-router.ts';
import { KINDS } from './client-section.ts';
import { sendShownOnce } from './shown-once.ts';

const HERE = '/account/clients/:id';
/** When the secrets before it end, in seconds; the empty one leaves them. */
const GRACES = [
  ['86400', 'in a day'],
  ['3600', 'in an hour'],
  ['604800', 'in a week'],
  ['0', 'at once'],
  ['', 'not yet'],
] as const;

export const clientPage = createAccountRouter();

clientPage.get(HERE, byLocalName, async (c) => {
  await enterPage(c);
  return sendClient(c, null);
});

clientPage.post(HERE, async (c) => {
  const form = await enterByForm(c);
  const id = c.req.param('id');
  const again = (refusal: Refusal) => sendClient(c, refusal);
  const deed = form.get('do');
  if (deed === 'rotate') return rotate(c, form);
  const client = unwrap(await readClient(askFor(c, 'clients:read'), id));
  const ask = askFor(c, 'clients:write');
  if (deed === 'delete') {
    const done = await removeClient(ask, id, null);
    return settle(c, done, { to: `/account/projects/${client.projectId}`, again });
  }
  const done = await removeSecret(ask, id, form.get('id') ?? '');
  return settle(c, done, { to: c.req.path, again });
});

async function rotate(c: Context<AppEnv>, form: URLSearchParams): Promise<Response> {
  const again = (refusal: Refusal) => sendClient(c, refusal);
  const grace = form.get('grace') ?? '';
  const fields = grace === '' ? {} : { expiresPreviousInSeconds: Number(grace) };
  const ask = askFor(c, 'clients:write', { stepUp: true });
  const body = readFields(NewSecretBody, fields);
  if (!body.ok) return refused(c, body.refusal, again);
  const made = await createSecret(ask, c.req.param('id') ?? '', body.value);
  if (!made.ok) return refused(c, made.refusal, again);
  const { id, name, secret } = made.value.body;
  return sendShownOnce(c, {
    tab: 'projects',
    title: `New secret for ${name}`,
    secret,
    label: 'Client secret',
    warning: html`Put it where <strong>${name}</strong> reads it before the old one ends.`,
    beside: [['Client id', id]],
    back: c.req.path,
  });
}

async function sendClient(c: Context<AppEnv>, refusal: Refusal | null): Promise<Response> {
  const client = unwrap(await readClient(askFor(c, 'clients:read'), c.req.param('id') ?? ''));
  const project = unwrap(await getProject(askFor(c, 'projects:read'), client.projectId));
  const mayChange = scopesIn(c.get('actor'), client.projectId).includes('clients:write');
  const keys = mayChange ? await newFormKeys(c) : null;
  return sendAccountPage(c, {
    tab: 'projects',
    title: client.name,
    refusal,
    body: html`<p class="quiet">${KINDS[client.kind][1]}</p>
<dl class="facts">
<dt>Client id</dt><dd><code>${client.id}</code></dd>
<dt>Project</dt><dd><a href="/account/projects/${client.projectId}">${project.name}</a></dd>
${client.role === null ? '' : html`<dt>Role</dt><dd>${client.role}</dd>`}
<dt>Made</dt><dd>${when(client.createdAt)}</dd>
${client.disabledAt === null ? '' : html`<dt>Disabled</dt><dd>${when(client.disabledAt)}</dd>`}
</dl>
<h2>What it may do</h2>
${scopeList(client.scopes)}
${client.redirectUris.length === 0 ? '' : redirects(client)}
${client.authMethod === 'client_secret' ? secretSection(c, client, keys) : ''}
${keys === null ? '' : html`<h2>End it</h2>${deletion(keys, client)}`}`,
  });
}

const redirects = ({ redirectUris }: Client): Html => html`<h2>Where it may return to</h2>
<ul class="may">${redirectUris.map((uri) => html`<li><code>${uri}</code></li>`)}</ul>`;

const secretSection = (c: Context<AppEnv>, client: Client, keys: FormKeys | null): Html => html`
<h2>Secrets</h2>
<ul class="items">${client.secrets.map((secret) => secretItem(secret, keys))}</ul>
${keys === null ? '' : isSigninFresh(c) ? rotation(keys) : confirmFirst(c, 'to make a new secret')}`;

const secretItem = (
  { id, hint, createdAt, expiresAt, lastUsedAt }: Client['secrets'][number],
  keys: FormKeys | null,
): Html => html`<li><div><p><code>${hint}</code></p>
<p class="small quiet">Made ${when(createdAt)}${lastUsedAt === null ? ', never used' : html`, used ${when(lastUsedAt)}`}${
  expiresAt === null ? '' : html`, ends ${when(expiresAt)}`
}</p></div>
${
  keys === null
    ? ''
    : confirmed(keys, {
        deed: 'forget',
        id,
        open: 'Revoke',
        button: 'Yes, revoke',
        label: `Revoke the secret ${hint}`,
        sentence: 'It is refused at once, and so are all tokens that the client has.',
      })
}</li>`;

const rotation = (
  keys: FormKeys,
): Html => html`<form method="post">${formKeys(keys, { deed: 'rotate' })}
<label for="grace">Make a new one; those above end</label>
<div class="inline"><select id="grace" name="grace">${GRACES.map(
  ([seconds, words]) => html`<option value="${seconds}">${words}</option>`,
)}</select>
<button>New secret</button></div>
</form>`;

const deletion = (keys: FormKeys, { id, name }: Client): Html =>
  confirmed(keys, {
    deed: 'delete',
    id,
    open: 'Delete the client',
    button: 'Yes, delete it',
    label: `Delete ${name}`,
    sentence: 'Its tokens are dead at once, and what people have allowed it is over.',
  });
