// /account/apps: what a person has allowed apps, and its end.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { listOwnGrants, revokeOwnGrant } from '../../../actions/grants.ts';
import { listProjects } from '../../../actions/projects.ts';
import type { Refusal } from '../../../contract/error.ts';
import type { Grant } from '../../../contract/grant.ts';
import { PageQuery } from '../../../contract/listing.ts';
import {
  enterByForm,
  enterPage,
  type FormKeys,
  newFormKeys,
} from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import { unwrap } from '../../../middleware/refusal.ts';
import { byLocalName } from '../local-name.ts';
import type { Html } from '../page.ts';
import { confirmed, older, scopeList, when } from './account-parts.ts';
import {
  askFor,
  createAccountRouter,
  readFields,
  sendAccountPage,
  settle,
} from './account-router.ts';

const HERE = '/account/apps';
/** So many projects are looked up by name; further ones are shown by id. */
const NAMED = { limit: 100 };

export const appsPage = createAccountRouter();

appsPage.get(HERE, byLocalName, async (c) => {
  await enterPage(c);
  return sendApps(c, null);
});

appsPage.post(HERE, async (c) => {
  const form = await enterByForm(c);
  const done = await revokeOwnGrant(askFor(c, 'tokens:write'), form.get('id') ?? '');
  return settle(c, done, { to: HERE, again: (refusal) => sendApps(c, refusal) });
});

async function sendApps(c: Context<AppEnv>, refusal: Refusal | null): Promise<Response> {
  const query = unwrap(readFields(PageQuery, c.req.query()));
  const { data, pagination } = unwrap(await listOwnGrants(askFor(c, 'tokens:read'), query));
  const mine = data.some(({ projectIds }) => projectIds !== null)
    ? unwrap(await listProjects(askFor(c, 'projects:read'), NAMED)).data
    : [];
  const names = new Map(mine.map(({ id, name }) => [id, name]));
  const keys = await newFormKeys(c);
  return sendAccountPage(c, {
    tab: 'apps',
    title: 'Apps that you have allowed',
    refusal,
    body: html`${
      data.length === 0
        ? html`<p class="quiet">None yet. An app that wants to act for you asks you first.</p>`
        : html`<p class="quiet">Each acts in your name, and never does more than you can do yourself.</p>`
    }
<ul class="items tall">${data.map((grant) => appItem(grant, names, keys))}</ul>
${older(c, pagination.nextCursor)}`,
  });
}

function appItem(grant: Grant, names: ReadonlyMap<string, string>, keys: FormKeys): Html {
  const { id, clientId, clientName, scopes, projectIds, createdAt, lastUsedAt } = grant;
  const name = clientName ?? (URL.canParse(clientId) ? new URL(clientId).host : clientId);
  const where = projectIds?.map((projectId) => names.get(projectId) ?? projectId).join(', ');
  return html`<li>
<div><p><strong>${name}</strong> ${name === clientId ? '' : html`<code class="small">${clientId}</code>`}</p>
<p class="small quiet">Since ${when(createdAt)}${lastUsedAt === null ? ', never used' : html`, used ${when(lastUsedAt)}`},
in ${where ?? 'all of your projects'}</p>
${scopeList(scopes)}</div>
${confirmed(keys, {
  deed: 'revoke',
  id,
  open: 'Revoke',
  button: 'Yes, revoke',
  label: `Revoke what ${name} may do`,
  sentence: 'It can do nothing in your name any more, within 15 seconds at the latest.',
})}</li>`;
}
