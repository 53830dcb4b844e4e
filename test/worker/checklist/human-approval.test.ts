// OWASP AISVS 1.0, C9.2: what a person is asked before, what they are shown, and what their approval holds for.

import { describe, expect, it } from 'vitest';
import type { Work } from '../../../src/contract/work.ts';
import { canonicalJson } from '../../../src/domain/canonical-json.ts';
import { atPages } from '../account-world.ts';
import { push } from '../gate-world.ts';
import { later, newLeasedWorld, stopTheClock } from '../leased-world.ts';
import { setRole } from '../people.ts';
import { allEvents, getGate, getTask, type Holder, send, typesOf } from '../world.ts';
import { boundIn, DONE, hashOf, newApprovalWorld, told } from './approval-world.ts';

const DAY_MS = 86_400_000;
const ACTION_BYTES_MAX = 65_536;

const IRREVERSIBLE = [
  ['a push', push()],
  ['a deployment', { type: 'deploy', target: { environment: 'production' }, params: {} }],
  ['a command', { type: 'shell.exec', target: {}, params: { argv: ['rm', '-rf', '/srv'] } }],
  [
    'a call of a tool',
    { type: 'tool.call', target: { tool: 'pay' }, params: { input: { amount: '100' } } },
  ],
] as const;

/** Hands in work after work, none of this kind, until the runner is told to do something else. */
async function atHold(holder: Holder, never: Work['kind']) {
  let { work } = holder.grant;
  for (;;) {
    const changes = { files: 1, insertions: 1, deletions: 0, tree: 'abc', paths: ['src/a.ts'] };
    const { body } = await holder.result(work.workId, { changes });
    if (body.next.do !== 'work') return body.next;
    expect(body.next.work.kind).not.toBe(never);
    work = body.next.work;
  }
}
const workTold = async (holder: Holder) => {
  const commands = (await holder.beat()).body['commands'] as { type: string; data: unknown }[];
  return commands.filter(({ type }) => type === 'work').map(({ data }) => data);
};

describe('9.2.1 nothing that cannot be undone is done before a person has approved it', () => {
  it.each(IRREVERSIBLE)('%s that an agent asks for', async (_, action) => {
    const { asAgent, agent, runner, ada, seen, consume, taskId } = await newApprovalWorld();
    expect((await asAgent({ action })).status).toBe(201);
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    expect(told(await consume(await seen()))).toEqual([409, 'gate_not_approved']);
    for (const token of [agent, runner.token]) {
      const { status } = await send(`/tasks/${taskId}/gates/push/approve`, {}, { token });
      expect(status).toBe(403);
    }
    expect(told(await consume(await seen()))).toEqual([409, 'gate_not_approved']);
    expect(await ada.decide('approve')).toEqual(DONE);
    expect(await consume(await seen())).toMatchObject({ status: 200, body: { action } });
  });

  const gates = [{ name: 'sign-off', trigger: 'before:merge' }];
  it.each([
    ['commit', 'commit', 'review-before-commit', {}],
    ['merge', 'sign-off', 'full', { gates }],
  ] as const)(
    'a %s, whose work is handed out by nothing else',
    async (kind, name, autonomy, config) => {
      const { taskId, holder } = await newLeasedWorld({ workflow: 'bugfix', autonomy }, config);
      const next = await atHold(holder, kind);
      expect(next).toMatchObject({ do: 'hold', for: 'gate', gates: [{ name }] });
      expect(await workTold(holder)).toEqual([]);
      expect(told(await holder.result(holder.grant.work.workId, { summary: 'again' }))[0]).toBe(
        409,
      );
      const token = holder.grant.agentToken;
      await send(`/tasks/${taskId}/status`, { status: 'completed' }, { token });
      expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
      expect(typesOf(await allEvents(taskId))).not.toContain('task:completed');
      const { actionHash } = await getGate(taskId, name);
      await send(`/tasks/${taskId}/gates/${name}/approve`, { actionHash });
      expect(await workTold(holder)).toMatchObject([{ work: { kind } }]);
    },
  );

  it('a person who rejects is the last word', async () => {
    const { asAgent, ada, seen, consume } = await newApprovalWorld();
    await asAgent();
    expect(await ada.decide('reject', { comment: 'not today' })).toEqual(DONE);
    expect(told(await consume(await seen()))).toEqual([409, 'gate_not_approved']);
    expect(await ada.decide('approve')).toEqual([409, 'gate_decided']);
  });

  describe('and time alone approves nothing', () => {
    stopTheClock();
    it('in a month', async () => {
      const { asAgent, seen, consume } = await newApprovalWorld();
      await asAgent();
      later(30 * DAY_MS);
      expect(told(await consume(await seen()))).toEqual([409, 'gate_not_approved']);
    });
  });
});

/** A command whose canonical form has so many bytes; `text` stands in the middle of it. */
function actionOf(bytes: number, text: string) {
  const [before, after] = ['a'.repeat(32_000), 'b'.repeat(30_000)];
  const form = (rest: string) => ({
    ...{ type: 'shell.exec', target: {} },
    params: { argv: [before, text, after, rest] },
  });
  const { byteLength } = new TextEncoder().encode(canonicalJson(form('')));
  return form('c'.repeat(bytes - byteLength));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const shownOn = (page: string): string =>
  (/<pre class="seen" id="action">([^<]*)<\/pre>/.exec(page)?.[1] ?? '')
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(\w+);/g, (all, name: string) => ENTITIES[name] ?? all);

describe('9.2.2 the approver sees every parameter, whole and in its canonical form', () => {
  it.each([
    ['plain text', 'rm -rf / # & <b>"bold"</b>'],
    ['text that wants to hide', '\u202etxt.exe\u2066 \u200b <script>alert(1)</script> \u0007'],
  ])('64 KiB of %s, in the record and on the page', async (_, text) => {
    const { asAgent, seen, projectId } = await newApprovalWorld();
    const action = actionOf(ACTION_BYTES_MAX, text);
    const canonical = canonicalJson(action);
    expect(new TextEncoder().encode(canonical).byteLength).toBe(ACTION_BYTES_MAX);
    expect((await asAgent({ action })).status).toBe(201);
    const gate = await seen();
    expect(canonicalJson(gate.action)).toBe(canonical);
    expect(gate.actionHash).toBe(hashOf(canonical));

    const bea = await atPages();
    await setRole(bea.person.id, projectId, 'developer');
    const page = await bea.read(`/g/${gate.id}?plain=1`);
    const shown = shownOn(page);
    expect(canonicalJson(JSON.parse(shown))).toBe(canonical);
    expect(hashOf(canonicalJson(JSON.parse(shown)))).toBe(gate.actionHash);
    expect(shown).not.toMatch(/[\u200b\u202a-\u202e\u2066-\u2069]/);
    if (!text.includes('\u202e')) expect(shown).toBe(canonical);
    expect(page).toContain(gate.actionHash);
    expect(page).not.toMatch(/<script|<b>/);
  });

  it('one byte more is not cut, but refused', async () => {
    const { asAgent, taskId } = await newApprovalWorld();
    const action = actionOf(ACTION_BYTES_MAX + 1, 'one more');
    expect(told(await asAgent({ action }))).toEqual([400, 'invalid_action']);
    expect((await getTask(taskId)).gates).toEqual([]);
  });
});

describe('9.2.3 an approval holds for these parameters, this requester and this context', () => {
  it('other parameters are asked about anew', async () => {
    const { asAgent, ada, seen, consume } = await newApprovalWorld();
    await asAgent();
    await ada.decide('approve');
    const approved = await seen();
    const other = hashOf(canonicalJson(push('b'.repeat(40))));
    expect(told(await consume(approved, { actionHash: other }))).toEqual([409, 'action_mismatch']);
    await asAgent({ action: push('b'.repeat(40)) });
    const next = await seen();
    expect(next).toMatchObject({ state: 'pending', actionHash: other });
    expect(next.bindingHash).not.toBe(approved.bindingHash);
    expect(told(await consume(next, { nonce: approved.nonce }))).toEqual([
      ...[409, 'gate_not_approved'],
    ]);
    expect((await consume(approved)).status).toBe(409);
  });

  it('a decision for what it no longer asks is refused', async () => {
    const { asAgent, ada, seen } = await newApprovalWorld();
    const { actionHash } = (await asAgent()).body;
    await asAgent({ action: push('b'.repeat(40)) });
    expect(await ada.decide('approve', { actionHash })).toEqual([409, 'action_changed']);
    expect(await ada.decide('approve')).toEqual([428, 'precondition_required']);
    expect((await seen()).state).toBe('pending');
  });

  it('who asks, where and under which policy is part of what is bound', async () => {
    const [one, two] = [await newApprovalWorld(), await newApprovalWorld()];
    for (const { asAgent, ada } of [one, two]) {
      await asAgent();
      expect(await ada.decide('approve')).toEqual(DONE);
    }
    const [gate, foreign] = [await one.seen(), await two.seen()];
    expect(gate.actionHash).toBe(foreign.actionHash);
    expect(gate.bindingHash).not.toBe(foreign.bindingHash);
    expect(gate.context).toMatchObject({ projectId: one.projectId, taskId: one.taskId });
    expect(gate.requester).toMatchObject({ runnerId: one.runner.id });
    const bound = boundIn(gate);
    expect(gate.bindingHash).toBe(hashOf(canonicalJson(bound)));
    for (const name of Object.keys(bound)) {
      expect(hashOf(canonicalJson({ ...bound, [name]: 'another' }))).not.toBe(gate.bindingHash);
    }
    expect(told(await one.consume(gate, { nonce: foreign.nonce }))).toEqual([
      ...[409, 'action_mismatch'],
    ]);
    const stolen = await one.consume(gate, { gateId: foreign.id, nonce: foreign.nonce });
    expect(stolen.status).toBeGreaterThanOrEqual(400);
    expect((await one.consume(gate)).status).toBe(200);
  });
});
