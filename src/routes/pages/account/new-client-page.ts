// /account/projects/{id}/clients: a new OAuth client of a project. Its secret is shown in the answer, and never again.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { createClient } from '../../../actions/clients.ts';
import { getProject } from '../../../actions/projects.ts';
import { CLIENT_KINDS, type ClientKind, CreateClientBody } from '../../../contract/client.ts';
import type { Refusal } from '../../../contract/error.ts';
import { ROLES, type Role, scopesIn } from '../../../contract/principal.ts';
import { enterByForm, enterPage, newFormKeys } from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import { unwrap } from '../../../middleware/refusal.ts';
import { isSigninFresh } from '../../../middleware/require-scope.ts';
import { byLocalName } from '../local-name.ts';
import type { Html } from '../page.ts';
import { confirmFirst, formKeys, roleOptions, scopeChoice } from './account-parts.ts';
import {
  askFor,
  createAccountRouter,
  readFields,
  refused,
  sendAccountPage,
} from './account-router.ts';
import { KINDS } from './client-section.ts';
import { sendShownOnce } from './shown-once.ts';

const HERE = '/account/projects/:projectId/clients';
const PRESET = new URLSearchParams([
  ['kind', 'service'],
  ['role', 'developer'],
  ['scope', 'projects:read'],
]);

export const newClientPage = createAccountRouter();

newClientPage.get(HERE, byLocalName, async (c) => {
  await enterPage(c);
  return sendNewClient(c, PRESET, null);
});

newClientPage.post(HERE, async (c) => {
  const form = await enterByForm(c);
  const projectId = c.req.param('projectId');
  const again = (refusal: Refusal) => sendNewClient(c, form, refusal);
  const ask = askFor(c, 'clients:write', { stepUp: true });
  const body = readFields(CreateClientBody, fieldsOf(form, projectId));
  if (!body.ok) return refused(c, body.refusal, again);
  const made = await createClient(ask, body.value);
  if (!made.ok) return refused(c, made.refusal, again);
  const { id, name, secret, authMethod } = made.value.body;
  if (authMethod !== 'client_secret') return c.redirect(`/account/clients/${id}`, 303);
  return sendShownOnce(c, {
    tab: 'projects',
    title: name,
    secret,
    label: 'Client secret',
    warning: html`Keep it where only <strong>${name}</strong> reads it. Whoever has it can do all that the client may.`,
    beside: [['Client id', id]],
    back: `/account/clients/${id}`,
  });
});

/** What does not belong to the kind is left out: it may stand in a field that the person does not see. */
function fieldsOf(form: URLSearchParams, projectId: string) {
  const kind = form.get('kind') ?? '';
  const redirectUris = (form.get('redirects') ?? '').split(/\s+/).filter((uri) => uri !== '');
  return {
    name: form.get('name') ?? '',
    kind,
    projectId,
    scopes: form.getAll('scope'),
    ...(kind === 'service' ? { role: form.get('role') ?? 'developer' } : { redirectUris }),
  };
}

async function sendNewClient(
  c: Context<AppEnv>,
  form: URLSearchParams,
  refusal: Refusal | null,
): Promise<Response> {
  const id = c.req.param('projectId') ?? '';
  const project = unwrap(await getProject(askFor(c, 'clients:write'), id));
  return sendAccountPage(c, {
    tab: 'projects',
    title: 'New client',
    refusal,
    body: html`<p class="quiet">A program with an identity of its own in
<a href="/account/projects/${id}">${project.name}</a>.</p>
${isSigninFresh(c) ? await clientForm(c, form, project.role) : confirmFirst(c, 'to make a client')}`,
  });
}

async function clientForm(c: Context<AppEnv>, form: URLSearchParams, own: Role): Promise<Html> {
  const scopes = scopesIn(c.get('actor'), c.req.param('projectId') ?? '');
  const role = ROLES.find((one) => one === form.get('role')) ?? 'developer';
  return html`<form class="client" method="post">${formKeys(await newFormKeys(c))}
<label for="name">Name</label>
<input id="name" name="name" value="${form.get('name') ?? ''}" required maxlength="100" autocomplete="off">
<fieldset class="kinds"><legend>Kind</legend>${CLIENT_KINDS.map((kind) => kindChoice(kind, form.get('kind')))}</fieldset>
<div class="for-services"><label for="role">Role in the project</label>
<select id="role" name="role">${roleOptions(own, role)}</select></div>
<div class="for-apps"><label for="redirects">Redirect URIs <span class="quiet">(one a line)</span></label>
<textarea id="redirects" name="redirects" rows="3" spellcheck="false" aria-describedby="about-redirects">${form.get('redirects') ?? ''}</textarea>
<p id="about-redirects" class="small quiet">Exactly as the app sends them. On 127.0.0.1 any port will do.</p></div>
${scopeChoice(scopes, form.getAll('scope'))}
<button>Create client</button>
</form>`;
}

const kindChoice = (kind: ClientKind, chosen: string | null) => {
  const [name, sentence] = KINDS[kind];
  return html`<label><input type="radio" name="kind" value="${kind}"${kind === chosen ? html` checked` : ''}>
<span>${name}<br><span class="small quiet">${sentence}</span></span></label>`;
};
