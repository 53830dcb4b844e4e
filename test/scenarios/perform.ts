// What each verb of a story asks of the task.

import { TASK_STATUSES } from '../../src/contract/task.ts';
import type { ResultBody } from '../../src/contract/work.ts';
import type { Produced } from '../../src/domain/command.ts';
import { changesOf, producedEvent, resultOf } from '../domain/results.ts';
import { FAMILY_VERBS, readParts, taskCommand } from './family-verbs.ts';
import type { Line } from './line.ts';
import type { StoryWorld } from './story-world.ts';
import { by, oneOf, readMs, type Verb } from './words.ts';

function holder(world: StoryWorld, line: Line) {
  const { lease } = world.told(line);
  const actor = world.runner(line);
  return { now: world.now, actor, leaseId: lease.leaseId, epoch: lease.epoch };
}

const OUTCOMES = ['completed', 'failed', 'paused', 'needs-input'] as const;

/** `tree=ab` brings changes home; `error=… code=… retryable=false` says what went wrong. */
function result(world: StoryWorld, line: Line): ResultBody {
  const { words } = line;
  const { error, tree, question, reason, resume, main } = words;
  const message = error ?? 'The agent ended with exit code 1.';
  const retryable = words['retryable'] !== 'false';
  const outcome = oneOf(OUTCOMES, words['outcome'] ?? 'completed');
  return resultOf(world.told(line).lease, {
    outcome,
    ...(outcome === 'failed'
      ? { error: { code: words['code'] ?? 'agent_exit', message, retryable } }
      : {}),
    ...(tree === undefined ? {} : { changes: changesOf(tree) }),
    ...(question === undefined ? {} : { question }),
    ...(reason === undefined ? {} : { pauseReason: reason }),
    ...(resume === undefined ? {} : { resumeAfterMs: readMs(resume) }),
    ...(main === undefined ? {} : { producers: { main: Number(main) } }),
  });
}

/** `n=3..5` are three log lines; `tokens=10/5` one report of usage. */
function produced(line: Line): Produced[] {
  const [from = '1', to = from] = (line.words['n'] ?? '1').split('..');
  const [input, output] = line.words['tokens']?.split('/') ?? [];
  const numbers = Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => Number(from) + i);
  return numbers.map((n) =>
    input === undefined
      ? producedEvent(n, 0, `line ${n}`)
      : {
          n,
          type: 'usage:report',
          data: { inputTokens: Number(input), outputTokens: Number(output), scope: 'delta' },
        },
  );
}

/** `hash=seen` is the one the gate shows now; any other is sent as it stands. */
function decision(what: 'approve' | 'reject' | 'request-changes'): Verb {
  return (world, line) => {
    const { gate = '', hash, comment, approver } = line.words;
    const shown = world.task.gates.findLast(({ name }) => name === gate)?.actionHash;
    const actionHash = hash === 'seen' ? shown : hash;
    return {
      type: 'decide-gate',
      ...by(world, line),
      gate,
      decision: what,
      comment,
      approver,
      actionHash,
    };
  };
}

export const VERBS: Readonly<Record<string, Verb>> = {
  ...FAMILY_VERBS,
  task: taskCommand,
  claim: (world, line) => {
    const actor = world.runner(line);
    const leaseId = line.words['lease'] ?? `lse_${world.task.epoch + 1}`;
    const { id: runnerId, name: runnerName } = actor;
    return { type: 'claim', now: world.now, actor, leaseId, runnerId, runnerName };
  },
  finish: (world, line) => ({
    type: 'finish-work',
    ...holder(world, line),
    workId: line.words['work'] ?? world.told(line).workId,
    result: result(world, line),
    ...(line.words['parts'] === undefined ? {} : { decomposition: readParts(line) }),
  }),
  events: (world, line) => ({
    type: 'ingest',
    ...holder(world, line),
    producer: line.words['producer'] ?? 'main',
    events: produced(line),
  }),
  progress: (world, line) => ({
    type: 'report-progress',
    ...holder(world, line),
    progress: { percent: Number(line.words['percent']) },
  }),
  release: (world, line) => ({
    type: 'release',
    ...holder(world, line),
    reason: line.words['reason'] ?? 'drain',
  }),
  report: (world, line) => ({
    type: 'report-status',
    ...by(world, line),
    report: {
      status: oneOf(TASK_STATUSES, line.words['status']),
      stage: line.words['stage'],
      message: line.words['message'],
    },
  }),
  log: (world, line) => ({
    type: 'add-log',
    ...by(world, line),
    entry: { level: 'info', message: line.words['message'] ?? 'line' },
  }),
  cancel: (world, line) => ({ type: 'cancel', ...by(world, line), reason: line.words['reason'] }),
  pause: (world, line) => {
    const { reason = 'manual', resume } = line.words;
    const command = { type: 'pause', ...by(world, line), reason } as const;
    if (resume === undefined) return command;
    return { ...command, resumeAfter: new Date(world.now + readMs(resume)).toISOString() };
  },
  resume: (world, line) => ({ type: 'resume', ...by(world, line) }),
  retry: (world, line) => ({ type: 'retry', ...by(world, line), from: line.words['from'] }),
  approve: decision('approve'),
  reject: decision('reject'),
  'request-changes': decision('request-changes'),
  lose: (world, line) => ({
    type: 'expire-lease',
    now: world.now,
    leaseId: world.told(line).lease.leaseId,
    confirmed: line.words['confirmed'] !== 'false',
  }),
  wait: (world, line) => {
    world.now += readMs(line.words['for'] ?? '1s');
    return { type: 'tick', now: world.now };
  },
};
