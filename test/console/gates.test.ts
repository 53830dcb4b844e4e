import { describe, expect, it } from 'vitest';
import { actsAt } from '../../console/src/gates/acts.ts';
import { readDiff } from '../../console/src/gates/diff.ts';
import { hasApproved } from '../../console/src/gates/has-approved.ts';
import { receiptOf } from '../../console/src/gates/receipt.ts';
import { bodyOf, matchWords } from '../../console/src/pages/inbox/standing-words.ts';
import { neighbour } from '../../console/src/pages/inbox/views.ts';
import type { Gate } from '../../src/contract/gate.ts';
import { CreateStandingBody } from '../../src/contract/standing.ts';

const GATE: Gate = {
  id: 'gate_1',
  taskId: 'task_1',
  name: 'push',
  status: 'pending',
  source: 'request',
  instance: 1,
  attempt: 1,
  requiredAt: '2026-11-22T10:00:00.000Z',
  action: { type: 'shell.exec', target: {}, params: { argv: ['ls'] } },
  actionHash: 'sha256:x',
};
const vote = { approver: 'Ada', approverId: 'usr_1', at: GATE.requiredAt };

describe('what can be done at a gate', () => {
  it('hangs on its state, its policy and where it comes from', () => {
    expect(actsAt(GATE)).toEqual(['delegate', 'waive']);
    expect(actsAt({ ...GATE, source: 'budget', votes: [vote] })).toEqual(['delegate', 'withdraw']);
    expect(actsAt({ ...GATE, status: 'approved', votes: [vote] })).toEqual(['withdraw']);
    const consumed: Gate = { ...GATE, status: 'approved', state: 'consumed', votes: [vote] };
    expect(actsAt(consumed)).toEqual([]);
  });
});

describe('who has approved', () => {
  it('is known by the id, and in open mode by the name too', () => {
    const gate = { ...GATE, votes: [vote] };
    const me = { principal: { id: 'usr_1', name: 'Ada' }, authMode: 'required' } as const;
    const other = { ...me, principal: { id: 'usr_1', name: 'Bo' } };
    expect(hasApproved(gate, me)).toBe(true);
    expect(hasApproved(GATE, me)).toBe(false);
    expect(hasApproved(gate, null)).toBe(false);
    expect(hasApproved(gate, other)).toBe(true);
    expect(hasApproved(gate, { ...other, authMode: 'open' })).toBe(false);
  });
});

describe('a patch', () => {
  it('is read line by line, and its headers are no changes', () => {
    const diff = readDiff(
      'diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n-one\n+two\n++ three\n',
    );
    expect(diff).toMatchObject({ files: 1, added: 2, removed: 1 });
    expect(diff.lines.map(({ kind }) => kind)).toEqual([
      ...['head', 'head', 'head', 'head'],
      ...['removed', 'added', 'added'],
    ]);
    expect(readDiff('').files).toBe(0);
  });
});

describe('a receipt', () => {
  it('says what it is of, and a text that is none says nothing', () => {
    const payload = btoa(JSON.stringify({ jti: 'rcp_1', kind: 'gate.decision', log: { seq: 7 } }));
    expect(receiptOf(`x.${payload}.y`)).toMatchObject({ id: 'rcp_1', seq: '7', decision: '–' });
    for (const text of ['', 'a.b.c', `x.${btoa('[]')}.y`, `x.${btoa('null')}.y`])
      expect(receiptOf(text).id).toBe('–');
  });
});

describe('what is agreed to beforehand', () => {
  const terms = { environment: 'development', maxUses: '2', maxCostUsd: '0.5', hours: '1' };
  it.each([
    [{ type: 'shell.exec', argv: 'npm\ntest\n*' }, 'Run npm test *'],
    [{ type: 'git.push', remote: 'origin', branch: '*' }, 'Push * to origin'],
    [
      { type: 'tool.call', tool: 'Bash', data: '{"command":"*"}' },
      'Call the tool Bash with {"command":"*"}',
    ],
    [{ type: 'custom', name: 'refund', data: '' }, 'Do refund with {}'],
  ])('is a body that the API reads: %j', (fields, said) => {
    const body = CreateStandingBody.parse(bodyOf({ ...terms, ...fields }, 0));
    expect(body).toMatchObject({
      maxUses: 2,
      maxCostUsd: 0.5,
      expiresAt: '1970-01-01T01:00:00.000Z',
    });
    const words = matchWords(body.match).map((one) => (typeof one === 'string' ? one : one.code));
    expect(words.join('')).toBe(said);
  });

  it('is nothing where the members are no JSON object', () => {
    for (const data of ['{', '[]', '1'])
      expect(bodyOf({ ...terms, type: 'custom', name: 'x', data }, 0)).toMatch(/JSON object/);
  });
});

describe('a list', () => {
  it('ends at its ends', () => {
    const list = [{ id: 'a' }, { id: 'b' }];
    expect(neighbour(list, '', 1)?.id).toBe('a');
    expect(neighbour(list, 'a', 1)?.id).toBe('b');
    expect(neighbour(list, 'b', 1)?.id).toBe('b');
    expect(neighbour([], 'a', 1)).toBeUndefined();
  });
});
