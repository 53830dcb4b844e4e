// What a hostile agent, or anybody who may write a name, would put wherever text is taken: scripts, links, escapes, bidi.

import type { Gate } from '../../../src/contract/gate.ts';
import type { Grant, Registered } from '../../../src/contract/runner.ts';
import type { Client } from './client.ts';

const ESC = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const RLO = '\u202e';
const ISOLATE = '\u2066';
const HIDDEN = '\u200b\ufeff';

/** One line of everything; it would set `window.hacked`. */
export const HOSTILE = `<img src=x onerror="hacked=1"><script>hacked=1</script>${RLO}txt.exe${ISOLATE} "'&lt; javascript:hacked=1`;

/** More of it, of several lines, with what steers a terminal. */
export const HOSTILE_TEXT = [
  HOSTILE,
  `${ESC}]0;owned${BELL}${ESC}[2J${ESC}[31mred${ESC}[0m ${ESC}]8;;javascript:hacked=1${BELL}link${ESC}]8;;${BELL}`,
  `[click](javascript:hacked=1) <a href="javascript:hacked=1">here</a> data:text/html,<script>hacked=1</script>`,
  `<svg onload="hacked=1"><iframe srcdoc="<script>hacked=1</script>"></iframe></svg>${HIDDEN}`,
  `{{constructor.constructor('hacked=1')()}} \${hacked=1} </pre></textarea></title><style>*{display:none}</style>`,
].join('\n');

/** Of a patch that would hold the page up. */
export const LONG_LINES = 100_000;

/** Some names may not hold what steers or turns around; what is left is bad enough. */
const MARKUP = `<img src=x onerror="hacked=1"><script>hacked=1</script> "'&lt;`;

export interface HostileWorld {
  readonly projectId: string;
  /** It waits at a gate that asks for something hostile. */
  readonly waiting: string;
  readonly gateId: string;
  /** It has failed with a hostile reason. */
  readonly failed: string;
}

/** Fills every place that takes text from others. */
export async function beHostile(client: Client): Promise<HostileWorld> {
  const waiting = await client.create({
    description: HOSTILE_TEXT,
    acceptanceCriteria: HOSTILE_TEXT,
    metadata: { [HOSTILE]: HOSTILE_TEXT },
  });
  const { projectId } = await client.task(waiting);
  const gate = await askAtGate(client, waiting);
  const failed = await client.create({ description: HOSTILE, requires: ['nobody'] });
  await client.post(`/tasks/${failed}/status`, {
    ...{ status: 'failed', stage: MARKUP, message: HOSTILE_TEXT },
  });
  await nameThings(client, projectId);
  await reportThings(client, projectId);
  return { projectId, waiting, gateId: gate.id, failed };
}

/** A runner with a bad name, its agent's log, an artifact, and a question. */
async function askAtGate(client: Client, taskId: string): Promise<Gate> {
  const { runner, token } = await client.post<Registered>('/runners', {
    ...{ name: MARKUP, instanceId: 'i_hostile', version: MARKUP, labels: ['hostile'] },
  });
  const { grants } = await client.call<{ readonly grants: readonly Grant[] }>(
    'POST',
    `/runners/${runner.id}/claim`,
    { requestId: 'clm_hostile_0001', slots: 1, waitMs: 10_000 },
    token,
  );
  const [grant] = grants;
  if (grant === undefined || grant.task.id !== taskId) throw new Error('There is nothing to hold.');
  const { leaseId, epoch } = grant.lease;
  for (const level of ['info', 'warn', 'error']) {
    await client.post(`/tasks/${taskId}/log`, { level, message: HOSTILE_TEXT, agent: MARKUP });
  }
  await client.post(`/tasks/${taskId}/messages`, { text: HOSTILE_TEXT });
  await putArtifact(client, { taskId, leaseId, epoch, token });
  return client.call<Gate>(
    'POST',
    `/tasks/${taskId}/gates`,
    {
      ...{ leaseId, epoch, name: 'hostile' },
      action: {
        type: 'shell.exec',
        target: {},
        params: { argv: ['sh', '-c', HOSTILE_TEXT], cwd: 'a' },
      },
      advisory: { summary: HOSTILE_TEXT, risk: HOSTILE, links: ['javascript:hacked=1', HOSTILE] },
    },
    token,
  );
}

interface Holding {
  readonly taskId: string;
  readonly leaseId: string;
  readonly epoch: number;
  readonly token: string;
}

/** A page that would run in the place of the console. */
async function putArtifact(
  client: Client,
  { taskId, leaseId, epoch, token }: Holding,
): Promise<void> {
  for (const [name, contentType, body, type] of [
    ['report.html', 'text/html', HOSTILE_TEXT, 'file'],
    ['picture.svg', 'image/svg+xml', HOSTILE_TEXT, 'file'],
    ['notes.md', 'text/markdown', HOSTILE_TEXT, 'file'],
    ['result.json', 'application/json', HOSTILE_TEXT, 'file'],
    ['long.patch', 'application/json', '+\n'.repeat(LONG_LINES), 'diff'],
  ] as const) {
    const holding = `leaseId=${leaseId}&epoch=${epoch}`;
    const path = `/tasks/${taskId}/artifacts/${name}?${holding}&type=${type}`;
    const answer = await fetch(client.url + path, {
      method: 'PUT',
      headers: { 'Content-Type': contentType, Authorization: `Bearer ${token}` },
      body,
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
}

/** Sends the worst that is taken: all of it, or where that is refused, markup alone. */
async function send<T = unknown>(
  client: Client,
  [method, path]: readonly [method: string, path: string],
  write: (line: string, text: string) => unknown,
): Promise<T> {
  const worst = await client.ask<T>(method, path, write(HOSTILE.slice(0, 100), HOSTILE_TEXT));
  if (worst.status < 300) return worst.body;
  return client.call<T>(method, path, write(MARKUP, MARKUP));
}

/** What people of the project may call things. */
async function nameThings(client: Client, projectId: string): Promise<void> {
  await send(client, ['PATCH', `/v1/projects/${projectId}`], (name, description) => ({
    ...{ name, description },
  }));
  await send(client, ['POST', '/templates'], (name, description) => ({
    ...{ name, description, workflow: 'feature' },
  }));
  await send(client, ['POST', '/v1/tokens'], (name) => ({ name, scopes: ['tasks:read'] }));
  await send(client, ['POST', '/v1/clients'], (name) => ({
    ...{ name, kind: 'service', scopes: ['tasks:read'], projectId },
  }));
  await send(client, ['POST', '/v1/webhooks'], (_, description) => ({
    ...{ projectId, url: 'https://example.com/hook?<b>', types: ['task.*'], description },
  }));
}

/** What machines tell of a project. */
async function reportThings(client: Client, projectId: string): Promise<void> {
  const at = `/v1/projects/${projectId}`;
  const environment = 'production';
  await send(client, ['POST', `${at}/deployments`], (release) => ({ environment, release }));
  const { id } = await send<{ readonly id: string }>(
    client,
    ['POST', `${at}/incidents`],
    (title, summary) => ({ environment, title, severity: 'critical', summary }),
  );
  await send(client, ['POST', `/v1/incidents/${id}/notes`], (_, note) => ({ note }));
  await send(client, ['POST', `${at}/monitors`], (name) => ({
    ...{ environment, name, url: 'https://example.com/?<b>' },
  }));
}
