// The OAuth clients of a project.

import { html } from 'hono/html';
import type { Client, ClientKind } from '../../../contract/client.ts';
import type { Html } from '../page.ts';

/** What a client of this kind is, in words. */
export const KINDS: Readonly<Record<ClientKind, readonly [name: string, sentence: string]>> = {
  service: ['Service', 'Acts for itself: CI, a server, a script. It signs in by a secret.'],
  web: ['Web app', 'Acts for people who allow it, from a server that can keep a secret.'],
  native: ['Native app', 'Acts for people who allow it, from their own machine. It has no secret.'],
};

interface Clients {
  readonly clients: readonly Client[];
  readonly mayMake: boolean;
}

export const clientSection = (projectId: string, { clients, mayMake }: Clients): Html => html`
<h2>Clients</h2>
${clients.length === 0 ? html`<p class="quiet">No program has an identity of its own here yet.</p>` : ''}
<ul class="items">${clients.map(clientItem)}</ul>
${mayMake ? html`<p class="row"><a class="button plain" href="/account/projects/${projectId}/clients">New client</a></p>` : ''}`;

const clientItem = ({ id, name, kind, disabledAt }: Client) => html`<li>
<div><p><a href="/account/clients/${id}">${name}</a></p>
<p class="small quiet"><code>${id}</code></p></div>
<span class="badge">${KINDS[kind][0]}</span>${disabledAt === null ? '' : html`<span class="badge">disabled</span>`}</li>`;
