// /inbox: what waits for people, in all projects that one may see.

import { html } from 'hono/html';
import { inboxItems } from '../../actions/inbox-items.ts';
import { InboxQuery } from '../../contract/inbox.ts';
import { enterPage } from '../../middleware/account-form.ts';
import { unwrap } from '../../middleware/refusal.ts';
import { older } from './account/account-parts.ts';
import {
  askFor,
  createAccountRouter,
  readFields,
  sendAccountPage,
} from './account/account-router.ts';
import { byLocalName } from './local-name.ts';

const HERE = '/inbox';

export const inboxPage = createAccountRouter();

inboxPage.get(HERE, byLocalName, async (c) => {
  await enterPage(c);
  const query = unwrap(readFields(InboxQuery, { cursor: c.req.query('cursor') }));
  const { items, nextCursor } = unwrap(await inboxItems(askFor(c, 'tasks:read'), query));
  return sendAccountPage(c, {
    tab: 'inbox',
    title: 'Inbox',
    body: html`${items.length === 0 ? html`<p class="quiet">Nothing waits for a decision.</p>` : ''}
<ul class="items">${items.map(
      ({ id, name, task, isMine, expiresAt }) => html`<li>
<div><p><a href="/g/${id}?plain=1"><bdi>${task}</bdi></a></p>
<p class="small quiet">${name}${expiresAt === undefined ? '' : `, until ${expiresAt.slice(0, 10)} ${expiresAt.slice(11, 16)} UTC`}</p></div>
${isMine ? html`<span class="badge">yours</span>` : ''}</li>`,
    )}</ul>
${older(c, nextCursor)}`,
  });
});
