// /account/projects/{id}: a project, its environments, who belongs to it, and its clients.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { readClients } from '../../../actions/clients.ts';
import { listInvitations } from '../../../actions/invitations.ts';
import { listMembers } from '../../../actions/members.ts';
import { getProject } from '../../../actions/projects.ts';
import type { Refusal } from '../../../contract/error.ts';
import { scopesIn } from '../../../contract/principal.ts';
import type { Environment } from '../../../contract/project.ts';
import { enterByForm, enterPage, newFormKeys } from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import { unwrap } from '../../../middleware/refusal.ts';
import { isSigninFresh } from '../../../middleware/require-scope.ts';
import { byLocalName } from '../local-name.ts';
import { askFor, createAccountRouter, sendAccountPage, settle } from './account-router.ts';
import { clientSection } from './client-section.ts';
import { changeInvitation, invitationSection, isLinkMade, sendLink } from './invitation-section.ts';
import { changeMember, memberSection } from './member-section.ts';

const HERE = '/account/projects/:projectId';
/** What a section shows; the API lists the rest. */
const SHOWN = { limit: 100 };

export const projectPage = createAccountRouter();

projectPage.get(HERE, byLocalName, async (c) => {
  await enterPage(c);
  return sendProject(c, null);
});

projectPage.post(HERE, async (c) => {
  const form = await enterByForm(c);
  const projectId = c.req.param('projectId');
  const again = (refusal: Refusal) => sendProject(c, { form, refusal });
  const deed = form.get('do') ?? '';
  if (deed === 'role' || deed === 'remove') {
    const done = await changeMember(c, projectId, form);
    const isGone = deed === 'remove' && form.get('id') === c.get('actor').id;
    return settle(c, done, { to: isGone ? '/account/projects' : c.req.path, again });
  }
  const done = await changeInvitation(c, projectId, form);
  if (done.ok && isLinkMade(done.value)) return sendLink(c, done.value);
  return settle(c, done, { to: c.req.path, again });
});

/** A form that was refused: its fields are shown as they were filled in. */
interface Refused {
  readonly form: URLSearchParams;
  readonly refusal: Refusal;
}

async function sendProject(c: Context<AppEnv>, refused: Refused | null): Promise<Response> {
  const id = c.req.param('projectId') ?? '';
  const project = unwrap(await getProject(askFor(c, 'projects:read'), id));
  const members = unwrap(await listMembers(askFor(c, 'members:read'), id, SHOWN));
  const invited = unwrap(await listInvitations(askFor(c, 'members:read'), id, SHOWN));
  const actor = c.get('actor');
  const scopes = scopesIn(actor, id);
  const query = { ...SHOWN, projectId: id };
  const clients = scopes.includes('clients:read')
    ? unwrap(await readClients(askFor(c, 'clients:read'), query)).data
    : null;
  const keys = await newFormKeys(c);
  const mayChange = scopes.includes('members:write');
  const may = { own: project.role, mayChange, isFresh: isSigninFresh(c) };
  return sendAccountPage(c, {
    tab: 'projects',
    title: project.name,
    refusal: refused?.refusal ?? null,
    body: html`${project.description === '' ? '' : html`<p class="prose">${project.description}</p>`}
<dl class="facts"><dt>Your role</dt><dd>${project.role}</dd><dt>Id</dt><dd><code>${id}</code></dd></dl>
<h2>Environments</h2>
<ul class="items">${project.environments.map((one) => environmentItem(one, project.defaultEnvironment))}</ul>
${memberSection(c, keys, { ...may, members: members.data, selfId: actor.id })}
${invitationSection(keys, { ...may, invitations: invited.data, form: refused?.form ?? null })}
${clients === null ? '' : clientSection(id, { clients, mayMake: scopes.includes('clients:write') })}`,
  });
}

const environmentItem = (
  { name, url, isProduction, protected: isProtected }: Environment,
  preset: string,
) => html`<li><div><p>${name}</p>
${url === null ? '' : html`<p class="small"><a href="${url}" rel="noopener noreferrer">${url}</a></p>`}</div>
<span class="badges">${name === preset ? badge('default') : ''}${isProduction ? badge('production') : ''}${
  isProtected ? badge('protected') : ''
}</span></li>`;

const badge = (text: string) => html`<span class="badge">${text}</span>`;
