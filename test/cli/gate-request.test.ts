// `sluice gate request`: what the shell learns, what is on stdout, and the one sentence on stderr.
import { describe, expect, it } from 'vitest';
import { gateOf, gateServer, PUSH, type Said } from './gate-server.ts';
import { NODE_24, type Ran, startSluice } from './run-sluice.ts';

const PATH = '/tasks/task_1/gates';
const ACTION = ['--action', JSON.stringify(PUSH), '--name', 'push'];

const request = async (script: readonly Said[], ...flags: readonly string[]) => {
  const server = await gateServer(...script);
  const env = { SLUICE_URL: server.url, SLUICE_TASK_ID: 'task_1', SLUICE_TOKEN: 'proxy-token' };
  const ran = await startSluice(['gate', 'request', ...flags], { node: NODE_24, env }).ended;
  return { ran, heard: server.heard };
};
const waited = (...script: readonly Said[]) => request(script, ...ACTION, '--wait');

const pending: Said = [201, gateOf()];
const approved: Said = [200, gateOf({ status: 'approved', state: 'approved' })];
const used: Said = [200, { ok: true, action: PUSH }];
const said = ({ stderr }: Ran): string => stderr.trim().split('\n').at(-1) ?? '';

describe('sluice gate request', () => {
  it('without --wait only asks, and holds nothing up', async () => {
    const { ran, heard } = await request([pending], ...ACTION, '--summary', 'ships it');
    expect(ran).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.stdout)).toEqual(gateOf());
    expect(said(ran)).toBe('The gate push is pending.');
    const body = { name: 'push', action: PUSH, blocking: false, advisory: { summary: 'ships it' } };
    const authorization = 'Bearer proxy-token';
    expect(heard).toEqual([{ method: 'POST', path: PATH, authorization, body }]);
  });

  it('with --wait ends with 0 once people have agreed, and shows what may be done, which it has used', async () => {
    const edited = { ...PUSH, params: { head: 'b'.repeat(40) } };
    const { ran, heard } = await waited(pending, approved, [200, { ok: true, action: edited }]);
    expect(ran).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.stdout)).toEqual(edited);
    expect(said(ran)).toBe('The gate push is approved: do this now, once.');
    expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${PATH}`,
      `GET ${PATH}/gate_1/wait?state=pending&timeoutMs=20000`,
      `POST ${PATH}/gate_1/consume`,
    ]);
    expect(heard[0]?.body).toMatchObject({ blocking: true });
  });

  it('waits on where the vote was taken back right before its use', async () => {
    const back: Said = [409, { code: 'gate_not_approved', error: 'Not approved', isPending: true }];
    const { ran } = await waited(pending, approved, back, approved, used);
    expect(ran).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'a person has refused, with their words and without their escape codes',
      { status: 'rejected', state: 'rejected', comment: 'not \u001b[31mtoday\u001b[0m' },
      5,
      'The gate push is rejected: not today',
    ],
    [
      'a person has refused and says no more',
      { status: 'rejected' },
      5,
      'The gate push is rejected',
    ],
    [
      'the request was closed by another one',
      { status: 'not-required', state: 'cancelled', reason: 'cancelled' },
      ...[5, 'The gate push is cancelled'],
    ],
    [
      'nobody has answered before it expired',
      { status: 'rejected', state: 'expired', reason: 'timeout' },
      ...[6, 'Nobody has answered at the gate push.'],
    ],
  ] as const)('ends where %s', async (_, fields, code, sentence) => {
    const { ran } = await waited(pending, [200, gateOf(fields)]);
    expect([ran.code, ran.stdout, said(ran)]).toEqual([code, '', sentence]);
  });

  it('ends with 6 when its own time is over', async () => {
    const still: Said = [200, gateOf()];
    const script = [pending, ...Array.from({ length: 9 }, () => still)];
    const { ran } = await request(script, ...ACTION, '--wait', '--timeout', '1');
    const sentence = 'Nobody has answered at the gate push in time.';
    expect([ran.code, ran.stdout, said(ran)]).toEqual([6, '', sentence]);
  });

  it('ends with 5 where the approval cannot be used any more', async () => {
    const gone: Said = [409, { code: 'gate_consumed', error: 'It has been used.' }];
    const { ran } = await waited(approved, gone);
    const sentence = 'The approval of push cannot be used: It has been used.';
    expect([ran.code, ran.stdout, said(ran)]).toEqual([5, '', sentence]);
  });

  it('ends with 1 and the reason where nobody can be asked', async () => {
    const { ran } = await waited([400, { code: 'invalid_action', error: 'It has no target.' }]);
    const sentence = 'The gate push cannot be asked: It has no target. (invalid_action)';
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(said(ran)).toContain(sentence);
  });

  it.each([
    ['no JSON', ['--action', 'push it']],
    ['no object', ['--action', '[]']],
    ['a file that is not there', ['--action', '@/nowhere/push.json']],
    ['no action at all', []],
    ['a time that is none', [...ACTION, '--timeout', 'soon']],
  ])('asks nobody about %s', async (_, flags) => {
    const { ran, heard } = await request([], ...flags);
    expect([ran.code, ran.stdout, heard]).toEqual([64, '', []]);
  });

  it('is refused outside of a task', async () => {
    const env = { SLUICE_URL: '', SLUICE_TASK_ID: '' };
    const { ended } = startSluice(['gate', 'request', ...ACTION], { node: NODE_24, env });
    const ran = await ended;
    expect(ran).toMatchObject({ code: 64, stdout: '' });
    expect(said(ran)).toContain('It asks from inside of a task');
  });
});
