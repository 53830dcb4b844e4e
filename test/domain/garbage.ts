// Commands that passed the edge and still hold odd things: the core may refuse them, never break.

import fc from 'fast-check';
import { TASK_STATUSES } from '../../src/contract/task.ts';
import type { Command } from '../../src/domain/command.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { anybody, runnerNamed } from './actors.ts';
import { anyLetters, ODD_TEXTS } from './draw.ts';
import { subtaskRow } from './family-moves.ts';
import { leaseOf } from './held-moves.ts';
import { resultOf } from './results.ts';

const text = fc.oneof(
  fc.constantFrom(...ODD_TEXTS, 'null', 'undefined', 'hasOwnProperty', 'NaN'),
  anyLetters(40),
);
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, Number.MAX_SAFE_INTEGER, 2 ** 31, 1_000_000_000),
  fc.nat(),
);

const draw = fc.record({ text, other: text, number, who: fc.nat(), kind: fc.nat() });
type Odd = typeof draw extends fc.Arbitrary<infer T> ? T : never;

function heldGarbage(state: TaskState, odd: Odd, now: number): readonly Command[] {
  const { leaseId, epoch, runnerId } = leaseOf(state);
  const holder = { now, actor: runnerNamed(runnerId), leaseId, epoch };
  const workId = state.work?.workId ?? odd.text;
  const usage = {
    inputTokens: odd.number % 1_000_000_001,
    outputTokens: odd.number % 1_000_000_001,
    model: odd.text,
    scope: 'delta',
  } as const;
  const error = { code: odd.text.slice(0, 100), message: odd.other, retryable: true };
  const result = resultOf(holder, {
    outputs: { [odd.text]: odd.other },
    producers: { constructor: odd.number },
    summary: odd.text,
    error,
    outcome: odd.number % 2 === 0 ? 'failed' : 'completed',
  });
  return [
    { ...holder, type: 'release', reason: odd.text },
    { ...holder, type: 'release', reason: odd.text, leaseId: odd.text },
    { ...holder, type: 'release', reason: odd.text, epoch: odd.number },
    { ...holder, type: 'finish-work', workId, result },
    { ...holder, type: 'finish-work', workId: odd.text, result },
    { ...holder, type: 'finish-work', workId, result: { ...result, producers: {} } },
    {
      ...holder,
      type: 'ingest',
      producer: odd.text,
      events: [{ n: odd.number, type: 'output:set', data: { key: odd.text, value: odd.other } }],
    },
    {
      ...holder,
      type: 'ingest',
      producer: odd.text,
      events: [{ n: 1, type: 'usage:report', data: usage }],
    },
    { ...holder, type: 'ingest', producer: odd.text, events: [] },
    { ...holder, type: 'report-progress', progress: { percent: odd.number, message: odd.text } },
  ];
}

function freeGarbage(state: TaskState, odd: Odd, now: number): readonly Command[] {
  const by = { now, actor: anybody(state, odd.who) };
  const status = TASK_STATUSES[odd.number % TASK_STATUSES.length] ?? 'completed';
  const gate = odd.number % 2 === 0 ? odd.text : (state.gates.at(-1)?.name ?? odd.text);
  const said = { gate, comment: odd.text, approver: odd.other };
  const runner = { leaseId: odd.text, runnerId: odd.other, runnerName: odd.text };
  const subtask = subtaskRow({ id: odd.text, status, description: odd.other });
  const known = subtaskRow({ id: state.subtasks[0]?.id ?? odd.text, status });
  const spent = { inputTokens: odd.number, outputTokens: 0, costMicros: 0 };
  const made = { id: odd.text, description: odd.other, workflow: odd.text };
  const dependsOn = [odd.text, odd.other];
  const part = { ...made, priority: 'low' as const, effort: 'xs' as const, dependsOn };
  const told = { type: 'note-subtask', now, attempt: odd.number, spent } as const;
  return [
    { ...told, subtask },
    { ...told, subtask: known },
    { type: 'note-dependency', now, dependency: { id: odd.text, status } },
    { ...by, type: 'decompose', decomposition: { strategy: 'sequential', subtasks: [part] } },
    { ...by, type: 'decompose', decomposition: { strategy: 'parallel', subtasks: [] } },
    { ...by, type: 'execute-subtasks' },
    { ...by, type: 'trash' },
    { ...by, type: 'restore' },
    { ...by, type: 'archive' },
    { ...by, type: 'empty-trash', deletedCount: odd.number, deletedTaskIds: [odd.text] },
    { ...by, type: 'report-status', report: { status, stage: odd.text, message: odd.other } },
    { ...by, type: 'add-log', entry: { level: 'debug', message: odd.text, stage: odd.other } },
    { ...by, type: 'cancel', reason: odd.text },
    { ...by, type: 'pause', reason: odd.text },
    { ...by, type: 'retry', from: odd.text },
    { ...by, type: 'decide-gate', decision: 'approve', ...said, actionHash: odd.text },
    { ...by, type: 'decide-gate', decision: 'approve', ...said },
    { ...by, type: 'decide-gate', decision: 'reject', ...said },
    { ...by, type: 'decide-gate', decision: 'request-changes', ...said },
    { ...by, type: 'claim', ...runner },
    { type: 'expire-lease', now, leaseId: odd.text, confirmed: odd.number % 2 === 0 },
  ];
}

/** A command out of odd words and numbers, once it knows the task. */
export const garbage: fc.Arbitrary<(state: TaskState) => Command> = draw.map((odd) => (state) => {
  const now = Date.parse(state.updatedAt) + 1 + (odd.number % 1_000_000);
  const all = [...heldGarbage(state, odd, now), ...freeGarbage(state, odd, now)];
  return all[odd.kind % all.length] ?? { type: 'tick', now };
});
