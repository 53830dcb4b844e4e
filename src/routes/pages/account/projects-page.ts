// /account/projects: the projects that a person is a member of, and a new one.

import type { Context } from 'hono';
import { html } from 'hono/html';
import { createProject, listProjects } from '../../../actions/projects.ts';
import type { Refusal } from '../../../contract/error.ts';
import { type Project, ProjectsQuery } from '../../../contract/project.ts';
import { CreateProjectBody } from '../../../contract/project-request.ts';
import { enterByForm, enterPage, newFormKeys } from '../../../middleware/account-form.ts';
import type { AppEnv } from '../../../middleware/app-env.ts';
import { unwrap } from '../../../middleware/refusal.ts';
import { byLocalName } from '../local-name.ts';
import { formKeys, older } from './account-parts.ts';
import {
  askFor,
  createAccountRouter,
  readFields,
  refused,
  sendAccountPage,
} from './account-router.ts';

const HERE = '/account/projects';

export const projectsPage = createAccountRouter();

projectsPage.get(HERE, byLocalName, async (c) => {
  await enterPage(c);
  return sendProjects(c);
});

projectsPage.post(HERE, async (c) => {
  const form = await enterByForm(c);
  const name = form.get('name') ?? '';
  const description = form.get('description') ?? '';
  const again = (refusal: Refusal) => sendProjects(c, { name, description, refusal });
  const body = readFields(CreateProjectBody, { name, description });
  if (!body.ok) return refused(c, body.refusal, again);
  const made = await createProject(askFor(c, 'projects:write'), body.value);
  if (!made.ok) return refused(c, made.refusal, again);
  return c.redirect(`${HERE}/${made.value.body.id}`, 303);
});

interface Kept {
  readonly name: string;
  readonly description: string;
  readonly refusal: Refusal;
}

async function sendProjects(c: Context<AppEnv>, kept?: Kept): Promise<Response> {
  const query = unwrap(readFields(ProjectsQuery, c.req.query()));
  const { data, pagination } = unwrap(await listProjects(askFor(c, 'projects:read'), query));
  const keys = await newFormKeys(c);
  return sendAccountPage(c, {
    tab: 'projects',
    title: 'Projects',
    refusal: kept?.refusal ?? null,
    body: html`${data.length === 0 ? html`<p class="quiet">You are a member of no project yet.</p>` : ''}
<ul class="items">${data.map(projectItem)}</ul>
${older(c, pagination.nextCursor)}
<h2>New project</h2>
<form method="post" action="${HERE}">${formKeys(keys)}
<label for="name">Name</label>
<input id="name" name="name" value="${kept?.name ?? ''}" required maxlength="100" autocomplete="off">
<label for="description">Description <span class="quiet">(optional)</span></label>
<textarea id="description" name="description" rows="2" maxlength="2000">${kept?.description ?? ''}</textarea>
<button>Create project</button>
</form>`,
  });
}

const projectItem = ({ id, name, description, role }: Project) => html`<li>
<div><p><a href="${HERE}/${id}">${name}</a></p>
${description === '' ? '' : html`<p class="small quiet clipped">${description}</p>`}</div>
<span class="badge">${role}</span></li>`;
