// What a person has to know before they decide: all of the action as it is hashed, and what it is judged by.

import { html } from 'hono/html';
import type { GateView } from '../../actions/gate-view.ts';
import type { Html } from './page.ts';

const minute = (instant: string): Html =>
  html`<time datetime="${instant}">${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC</time>`;

const term = (name: string, value: Html | string | undefined): Html | '' =>
  value === undefined || value === '' ? '' : html`<dt>${name}</dt><dd>${value}</dd>`;

function policyOf({ gate, from }: GateView): string {
  const { policy, quorum = 1, votes = [] } = gate;
  const required = policy?.required ?? quorum;
  return [
    required === 1 ? 'One approval' : `${required} approvals, ${votes.length} given`,
    from === '' ? 'of whoever may decide gates' : `of ${from}`,
    ...(policy?.preventSelfApproval === true ? ['not of who asks for it'] : []),
    ...(policy?.onExpiry === 'escalate' ? ['asked of others when it expires'] : []),
  ].join(', ');
}

export const gateFacts = (view: GateView): Html => {
  const { gate, action, task, criteria, summary, requester, artifacts } = view;
  return html`<p class="quiet"><span class="badge">${gate.state}</span> <bdi>${task}</bdi></p>
<dl class="facts">
${term('Task', html`<code>${gate.taskId}</code>`)}
${term('Stage', gate.stage)}
${term('Asked by', requester ?? undefined)}
${term('Because of', `${gate.source}, asked for the ${ordinal(gate.instance)} time`)}
${term('Needs', policyOf(view))}
${term('Not before', gate.notBefore === undefined ? undefined : minute(gate.notBefore))}
${term('Expires', gate.expiresAt === undefined ? 'never' : minute(gate.expiresAt))}
</dl>
<h2>The action</h2>
<pre class="seen" id="action">${action}</pre>
<p class="small quiet hash">${gate.actionHash}</p>
${artifacts.length === 0 ? '' : artifactTable(artifacts)}
${criteria === null ? '' : html`<h2>Acceptance criteria</h2><pre class="seen told">${criteria}</pre>`}
${summary === null ? '' : html`<h2>What is said about it</h2><p class="small quiet">Not part of what you approve.</p><pre class="seen told">${summary}</pre>`}`;
};

const artifactTable = (artifacts: GateView['artifacts']): Html => html`<h2>Artifacts</h2>
<table class="artifacts"><thead><tr><th scope="col">Name</th><th scope="col">SHA-256</th><th scope="col">Bytes</th></tr></thead>
<tbody>${artifacts.map(
  ({ name, sha256, bytes }) =>
    html`<tr><td><bdi>${name}</bdi></td><td><code>${sha256}</code></td><td>${bytes}</td></tr>`,
)}</tbody></table>`;

const ORDINALS: readonly string[] = ['first', 'second', 'third'];
const ordinal = (instance: number): string => ORDINALS[instance - 1] ?? `${instance}th`;
