// What each operation is sent: a body that fits, with the ids of a world in it. An operation that takes a body and has no
// example here fails the walk by name.

import { newId } from '../../../src/auth/id.ts';
import type { Things } from './things.ts';

export type Example = (things: Things) => unknown;

const fresh = (prefix: string): string => newId(prefix, Date.now());
const nothing: Example = () => ({});
const inProject: Example = ({ project }) => ({ projectId: project });
const asHolder =
  (fields: Record<string, unknown> = {}): Example =>
  ({ lease }) => ({ leaseId: lease, epoch: 1, ...fields });
const push = {
  type: 'git.push',
  target: { remote: 'origin', branch: 'main' },
  params: { head: 'a'.repeat(40) },
};
const entry = { n: 1, type: 'log:entry', data: { message: 'x' } };

export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  'tasks.emptyTrash': [inProject],
  'tasks.trash': [nothing],
  'tasks.restore': [nothing],
  'tasks.archive': [nothing],
  'tasks.unarchive': [nothing],
  'tasks.create': [
    (to) => ({ description: 'x', projectId: to.project }),
    (to) => ({ description: 'x', dependsOn: [to.held] }),
    (to) => ({ description: 'x', templateId: to.template }),
  ],
  'subtasks.create': [() => ({ subtasks: [{ description: 'x' }, { description: 'y' }] })],
  'subtasks.execute': [nothing],
  'templates.create': [
    (to) => ({ name: 'x', description: 'x', workflow: 'feature', projectId: to.project }),
  ],
  'templates.update': [() => ({ name: 'y' })],
  'templates.delete': [nothing],
  'tasks.reportStatus': [() => ({ status: 'in-progress' })],
  'tasks.changeStatus': [() => ({ status: 'in-progress' })],
  'tasks.log': [() => ({ message: 'x' })],
  'tasks.cancel': [nothing],
  'tasks.pause': [nothing],
  'tasks.resume': [nothing],
  'tasks.retry': [nothing],
  'tasks.postMessage': [() => ({ text: 'x' })],
  'gates.approve': [nothing],
  'gates.reject': [nothing],
  'gates.requestChanges': [() => ({ comment: 'x' })],
  'gates.waive': [() => ({ reason: 'x' })],
  'gates.cancel': [() => ({ reason: 'x' })],
  'gates.edit': [() => ({ action: push, baseActionHash: 'sha256:x' })],
  'gates.delegate': [(to) => ({ to: to.member })],
  'gates.withdraw': [nothing],
  'gates.request': [asHolder({ name: 'push', action: push, blocking: false })],
  'gates.consume': [
    asHolder({ gateId: 'gate_x', nonce: 'x', actionHash: 'sha256:x', consumeId: 'x' }),
  ],
  'gates.decide': [
    (to) => ({
      decisions: [
        { taskId: to.gated, gateId: to.gate, decision: 'approve', actionHash: 'sha256:x' },
      ],
    }),
  ],
  'standing.create': [
    (to) => ({
      projectId: to.project,
      match: { type: 'shell.exec', argv: ['npm', 'test'] },
      environment: 'development',
      maxUses: 1,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  ],
  'budgets.extend': [() => ({ limit: 'maxCostPerTask', to: 1_000, reason: 'x' })],
  'leases.sendEvents': [asHolder({ producer: 'main', events: [entry] })],
  'leases.heartbeat': [asHolder()],
  'leases.release': [asHolder()],
  'leases.forceRelease': [() => ({ reason: 'x' })],
  'leases.sendResult': [asHolder({ outcome: 'completed', summary: 'x' })],
  'artifacts.put': [nothing],
  'config.update': [() => ({ autonomy: { default: 'manual' } })],
  'runners.register': [
    (to) => ({ name: 'x', instanceId: fresh('i'), projectId: to.project, capacity: 1 }),
  ],
  'runners.drain': [nothing],
  'runners.claim': [() => ({ requestId: fresh('clm') })],
  'listing.rebuild': [nothing],
  'tokens.create': [(to) => ({ name: 'x', scopes: ['tasks:read'], projectIds: [to.project] })],
  'projects.create': [() => ({ name: fresh('x') })],
  'projects.update': [() => ({ description: 'x' })],
  'environments.create': [() => ({ name: 'another' })],
  'environments.update': [() => ({ protected: true })],
  'clients.create': [
    (to) => ({ name: 'x', kind: 'service', scopes: ['tasks:read'], projectId: to.project }),
  ],
  'clients.update': [() => ({ name: 'y' })],
  'clients.createSecret': [nothing],
  'streamTickets.create': [(to) => ({ taskId: to.held }), inProject],
  'members.put': [() => ({ role: 'viewer' })],
  'webhooks.create': [
    (to) => ({ projectId: to.project, url: 'https://hooks.acme.com/', types: ['*'] }),
  ],
  'webhooks.update': [() => ({ description: 'x' })],
  'webhooks.rotate': [nothing],
  'webhooks.test': [nothing],
  'webhooks.replay': [() => ({ since: '2026-01-01T00:00:00Z' })],
  'webhooks.verify': [(to) => ({ endpointId: to.webhook, headers: {}, payload: '' })],
  'deployments.create': [
    (to) => ({ environment: to.environment }),
    (to) => ({
      environment: to.environment,
      source: { kind: 'task', taskId: to.held, leaseId: to.lease, epoch: 1 },
    }),
  ],
  'deployments.reportStage': [() => ({ state: 'running' })],
  'deployments.addArtifact': [
    () => ({ name: 'web', kind: 'bundle', uri: 'x', digest: `sha256:${'0'.repeat(64)}` }),
  ],
  'deployments.promote': [nothing],
  'deployments.fail': [() => ({ stage: 'build', summary: 'x' })],
  'deployments.cancel': [nothing],
  'deployments.redeploy': [nothing],
  'monitors.create': [
    (to) => ({ environment: to.environment, name: 'x', url: 'https://shop.acme.com/' }),
  ],
  'monitors.update': [() => ({ name: 'y' })],
  'incidents.create': [(to) => ({ environment: to.environment, title: 'x' })],
  'incidents.acknowledge': [nothing],
  'incidents.resolve': [() => ({ note: 'x' })],
  'incidents.note': [() => ({ note: 'x' })],
  'invitations.create': [() => ({ email: `${fresh('x')}@example.com`, role: 'viewer' })],
};

/** The kind of thing that a parameter of the path names: its name alone, or the path where that says more. */
const KINDS: readonly (readonly [RegExp, keyof Things])[] = [
  [/\{projectId\}$/, 'project'],
  [/\/members\/\{principalId\}$/, 'member'],
  [/\/environments\/\{name\}$/, 'environment'],
  [/\/invitations\/\{id\}$/, 'invitation'],
  [/\/deployments\/\{id\}$/, 'deployment'],
  [/\/stages\/\{name\}$/, 'stage'],
  [/\/monitors\/\{id\}$/, 'monitor'],
  [/\/incidents\/\{id\}$/, 'incident'],
  [/\/clients\/\{id\}$/, 'client'],
  [/\/webhooks\/\{id\}$/, 'webhook'],
  [/\{deliveryId\}$/, 'delivery'],
  [/\{secretId\}$/, 'secret'],
  [/\/tokens\/\{id\}$/, 'token'],
  [/\/grants\/\{id\}$/, 'grant'],
  [/\/signins\/\{id\}$/, 'signin'],
  [/\/passkeys\/\{id\}$/, 'passkey'],
  [/^\/agents\/\{name\}$/, 'agent'],
  [/^\/templates\/\{id\}$/, 'template'],
  [/^\/runners\/\{id\}$/, 'runner'],
  [/\{gateName\}$/, 'gate'],
  [/\{gateId\}$/, 'asked'],
  [/\{standingId\}$/, 'standing'],
  [/\{workId\}$/, 'work'],
  [/\/artifacts\/\{name\}$/, 'artifact'],
  [/^\/stream\/\{taskId\}$/, 'held'],
];
/** Which task of a world, by what is asked of it. */
const TASKS: readonly (readonly [RegExp, keyof Things])[] = [
  [/\/gates(\/\{gateName\}\/(consume|cancel|edit))?$/, 'held'],
  [/\/gates/, 'gated'],
  [/\/(parent|is-subtask)$/, 'subtask'],
  [/\/(subtasks|decompose)/, 'parent'],
  [/^\/tasks\/\{id\}/, 'held'],
];

/** Undefined where this file does not know: then the walk fails and names it. */
export function kindOf(path: string, param: string): keyof Things | undefined {
  const upTo = path.slice(0, path.indexOf(`{${param}}`) + param.length + 2);
  const found = KINDS.find(([form]) => form.test(upTo));
  if (found !== undefined) return found[1];
  return upTo === '/tasks/{id}' ? TASKS.find(([form]) => form.test(path))?.[1] : undefined;
}

/** Parameters of the query that say where to look; all others are left out. */
export const QUERY: Readonly<Record<string, (things: Things) => string>> = {
  projectId: ({ project }) => project,
  leaseId: ({ lease }) => lease,
  epoch: () => '1',
  timeoutMs: () => '0',
};

/** Headers without which a request is refused before it is tried. */
export const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'projects.delete': { 'If-Match': '*' },
  'leases.session': { 'Sec-WebSocket-Protocol': 'sluice.runner.v1' },
  'runners.socket': { 'Sec-WebSocket-Protocol': 'sluice.runner.v1' },
};
