// Stories in which every type of event happens at least once.

import { vi } from 'vitest';
import { TaskEvent } from '../../src/contract/event.ts';
import type { Gate } from '../../src/contract/gate.ts';
import type { HeartbeatAnswer } from '../../src/contract/lease.ts';
import type { Work } from '../../src/contract/work.ts';
import { ask, bearer } from '../worker/ask.ts';
import { later, newWorkingWorld, ring } from '../worker/leased-world.ts';
import { newPerson } from '../worker/people.ts';
import {
  allEvents,
  claimOne,
  eventually,
  newDoneTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  workOn,
} from '../worker/world.ts';
import { becomes, completed, execute, expectStatuses, plain, split } from './family.ts';
import { viewer } from './sockets.ts';

const act = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/${verb}`, json);

/** What people do to a task and its gates. */
async function people(): Promise<string[]> {
  const gates = [{ name: 'both', trigger: 'after:testing', quorum: 2 }];
  const projectId = await newProject({ gates });
  const held = await newTask({ projectId, autonomy: 'manual', workflow: 'bugfix' });
  await act(held, 'log', { message: 'x', agent: 'a', stage: 'fix', metadata: { deep: [null] } });
  await report(held, { status: 'completed', message: 'ready' });
  for (const gate of ['investigation', 'fix']) await act(held, `gates/${gate}/approve`);
  await act(held, 'gates/both/approve', { approver: 'ada' });
  await act(held, 'gates/both/approve', { approver: 'bob' });
  await act(held, 'gates/testing/request-changes', { comment: 'smaller' });
  await act(held, 'messages', { text: 'Mind the tests.' });
  await act(held, 'cancel', { reason: 'enough' });
  for (const verb of ['retry', 'pause', 'resume']) await act(held, verb);
  await act(held, 'gates/review/reject', { comment: 'no' });
  const done = await newDoneTask({ projectId: await newProject() });
  for (const verb of ['archive', 'unarchive', 'trash', 'restore']) await act(done, verb);
  return [held, done];
}

/** A gate that nobody answers, so that others are asked too, and one that is waived in the end. */
async function escalations(): Promise<string[]> {
  const terms = { onExpiry: 'escalate', escalateTo: ['role:owner'], approvers: ['Cleo'] };
  const soon = { name: 'legal', trigger: 'after:fix', expiresInSeconds: 1, ...terms };
  const projectId = await newProject({ gates: [soon] });
  const taskId = await newTask({ projectId, autonomy: 'full', workflow: 'bugfix' });
  await report(taskId, { status: 'completed' });
  const types = async () => (await allEvents(taskId)).map(({ type }) => type);
  await eventually(types).toContain('gate:escalated');
  await act(taskId, 'gates/legal/waive', { reason: 'Hotfix' });
  return [taskId];
}

/** What becomes of subtasks, and of tasks that wait for others. */
async function families(): Promise<string[]> {
  const projectId = await newProject();
  const parent = await newTask({ projectId });
  const ids = await split(parent, plain('One', 'Two', 'Three'), { strategy: 'parallel' });
  const [one = '', two = '', three = ''] = ids;
  const waiting = await newTask({ projectId, dependsOn: [one] });
  await execute(parent);
  await expectStatuses(ids, ['queued', 'queued', 'queued']);
  await act(two, 'pause');
  await becomes(parent, { status: 'paused' });
  await act(two, 'cancel');
  await completed(one);
  await becomes(waiting, { status: 'queued' });
  await report(three, { status: 'failed', message: 'no luck' });
  await becomes(parent, { status: 'failed' });
  return [parent, waiting, ...ids];
}

/** What a runner tells of its work, under an agent and a workflow of the project's own. */
async function runs(): Promise<string[]> {
  const projectId = await newProject({
    agents: { custom: { mender: { description: 'Mends', prompt: 'Mend it with care' } } },
    workflows: { mend: { stages: [{ name: 'mend', agent: 'mender', writes: true }] } },
  });
  const taskId = await newTask({ projectId, workflow: 'mend' });
  const runner = await newTestRunner(projectId);
  const holder = await claimOne(runner);
  const told = [
    { type: 'log:entry', data: { message: 'hello', level: 'debug', agent: 'mender' } },
    { type: 'agent:message', data: { message: 'hi', agent: 'mender' } },
    { type: 'agent:thinking', data: { thinking: 'hm', agent: 'mender' } },
    { type: 'agent:tool-use', data: { tool: 'Bash', input: { command: 'ls' }, agent: 'mender' } },
    { type: 'agent:tool-result', data: { tool: 'Bash', output: { text: '' }, isError: true } },
    { type: 'usage:report', data: { inputTokens: 1_000, outputTokens: 10, model: 'sonnet' } },
    { type: 'changes:report', data: { files: 1, insertions: 2, deletions: 3 } },
    { type: 'output:set', data: { key: 'code_changes', value: 'a.ts' } },
    { type: 'checkpoint:saved', data: { sessionId: 's', data: { at: 1 } } },
  ];
  await holder.events(told.map((event, index) => ({ n: index + 1, ...event })));
  await holder.beat({ progress: { percent: 40, message: 'running tests', turns: 12 } });
  const { leaseId, epoch } = holder.grant.lease;
  const path = `/tasks/${taskId}/artifacts/notes.md?leaseId=${leaseId}&epoch=${epoch}`;
  await ask(path, { method: 'PUT', body: '# Notes', headers: bearer(runner.token) });
  await workOn(holder);
  return [taskId, await breach(projectId)];
}

/** A task that is given more than it was to use. */
async function breach(projectId: string): Promise<string> {
  const taskId = await newTask({ projectId, workflow: 'mend', limits: { maxCostPerTask: 0.003 } });
  const holder = await claimOne(await newTestRunner(projectId));
  const data = { inputTokens: 1_000, outputTokens: 0, model: 'sonnet' };
  await holder.events([{ n: 1, type: 'usage:report', data }]);
  const told = async () => (await allEvents(taskId)).map(({ type }) => type);
  await eventually(told).toContain('budget:reserved');
  const more = { limit: 'maxCostPerTask', to: 9, reason: 'go on' };
  await act(taskId, 'budget/extend', more);
  return taskId;
}

const PUSH = { type: 'git.push', target: { remote: 'origin', branch: 'main' } };

/** What an agent asks people, and what becomes of it. */
async function requests(): Promise<string[]> {
  const projectId = await newProject();
  const taskId = await newTask({ projectId, workflow: 'bugfix' });
  const runner = await newTestRunner(projectId);
  const { grant } = await claimOne(runner);
  const { leaseId, epoch } = grant.lease;
  const path = `/tasks/${taskId}/gates`;
  const ask = async (head: string) => {
    const json = { name: 'push', action: { ...PUSH, params: { head } } };
    const policy = { required: 2, allowEdit: true };
    return send<Gate>(path, { ...json, policy }, { token: grant.agentToken });
  };
  await ask('a');
  const { body: asked } = await ask('b');
  const vote = { actionHash: asked.actionHash, approver: 'ada' };
  await send(`${path}/push/approve`, vote);
  await send(`${path}/push/withdraw`, { approver: 'ada' });
  const to = await newPerson({ [projectId]: 'developer' });
  const later = { name: 'later', action: { ...PUSH, params: { head: 'd' } }, blocking: false };
  await send(path, later, { token: grant.agentToken });
  await send(`${path}/later/delegate`, { to, approver: 'ada' });
  const action = { ...PUSH, params: { head: 'c' } };
  const edit = { action, baseActionHash: asked.actionHash, approver: 'bob' };
  await send(`${path}/push/edit`, edit);
  const edited = (await read<Gate>(`${path}/push`)).body;
  await send(`${path}/push/approve`, { actionHash: edited.actionHash, approver: 'cyd' });
  const { nonce } = (await read<{ nonce: string }>(`${path}/push`, runner.token)).body;
  const use = { leaseId, epoch, gateId: edited.id, nonce, consumeId: 'c' };
  await send(`${path}/push/consume`, { ...use, actionHash: edited.actionHash }, runner);
  return [taskId, await mismatched()];
}

/** A commit that is another one than the one that was approved. */
async function mismatched(): Promise<string> {
  const projectId = await newProject();
  const fields = { projectId, workflow: 'bugfix', autonomy: 'review-before-commit' };
  const taskId = await newTask(fields);
  const holder = await claimOne(await newTestRunner(projectId));
  const changes = { files: 1, insertions: 1, deletions: 0, tree: 'a'.repeat(40) };
  let { work } = holder.grant;
  for (;;) {
    const done = { changes, ...(work.kind === 'stage' ? {} : { effectiveHash: 'sha256:other' }) };
    const { next } = (await holder.result(work.workId, done)).body;
    if (next.do === 'stop') return taskId;
    if (next.do === 'hold') await act(taskId, 'gates/commit/approve');
    const { body } = await holder.beat();
    const found = next.do === 'work' ? next.work : workIn(body);
    if (found === undefined) throw new Error('There is no work after the approval.');
    work = found;
  }
}

/** The work that a heartbeat brings. */
const workIn = (body: Record<string, unknown>): Work | undefined => {
  const { commands } = body as unknown as HeartbeatAnswer;
  return commands.flatMap((one) => (one.type === 'work' ? [one.data.work] : []))[0];
};

/** A runner that beats and does nothing else for a quarter of an hour. */
async function stalls(): Promise<string[]> {
  const { taskId, holder } = await newWorkingWorld();
  vi.useFakeTimers({ toFake: ['Date'] });
  later(16 * 60_000);
  await holder.beat();
  await ring(taskId);
  vi.useRealTimers();
  return [taskId];
}

/** The last events of tasks that are deleted for ever: only who watches sees them. */
async function purged(): Promise<TaskEvent[]> {
  const projectId = await newProject();
  const taskId = await newTask({ projectId });
  const { frames, closed } = await viewer(taskId, '?after=0');
  await act(taskId, 'trash');
  await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
  await closed;
  await eventually(() => frames().at(-1)?.type).toBe('trash:emptied');
  return frames()
    .slice(1)
    .map((frame) => TaskEvent.parse(frame));
}

/** Every event of all stories, as clients read them. */
export async function tellStories(): Promise<TaskEvent[]> {
  const taskIds = [
    ...(await people()),
    ...(await families()),
    ...(await runs()),
    ...(await escalations()),
    ...(await requests()),
    ...(await stalls()),
  ];
  const logs = await Promise.all(taskIds.map((id) => allEvents(id)));
  return [...logs.flat(), ...(await purged())];
}
