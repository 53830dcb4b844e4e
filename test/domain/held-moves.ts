// What a lease holder may ask, well or badly: the right lease and an old one, the right work and another.

import type { ResultBody } from '../../src/contract/work.ts';
import type { Command, Produced } from '../../src/domain/command.ts';
import type { LeaseState, TaskState } from '../../src/domain/task.ts';
import { agentOf, runnerNamed } from './actors.ts';
import type { Draw } from './draw.ts';
import { changesOf, producedEvent, resultOf } from './results.ts';

const NO_LEASE: LeaseState = {
  leaseId: 'lse_none',
  runnerId: 'run_a',
  runnerName: 'a',
  epoch: 0,
  grantedAt: '',
};

/** The lease that lives, or words of one that does not. */
export const leaseOf = (state: TaskState): LeaseState =>
  state.lease ?? { ...NO_LEASE, ...state.lastLease, epoch: state.epoch };

/** The name that JSON objects inherit is one that a producer may have. */
const PRODUCERS = [
  'main',
  'main',
  'main',
  'tools',
  'constructor',
  'p-4',
  'p-5',
  'p-6',
  'p-7',
  'p-8',
];

function unlucky(lease: LeaseState, draw: Draw): ResultBody {
  const error = { code: 'agent_exit', message: draw.text, retryable: draw.b % 4 !== 0 };
  const bad: readonly ResultBody[] = [
    resultOf(lease, { outcome: 'failed', error }),
    resultOf(lease, { outcome: 'failed', error: { ...error, code: 'action_mismatch' } }),
    resultOf(lease, { outcome: 'failed' }),
    resultOf(lease, { outcome: 'paused', pauseReason: 'rate_limit', resumeAfterMs: draw.b }),
    resultOf(lease, { outcome: 'paused' }),
    resultOf(lease, { outcome: 'needs-input', question: draw.text || 'Which?' }),
    resultOf(lease, { producers: { [PRODUCERS[draw.b % 10] ?? 'main']: draw.b % 9 } }),
    resultOf(lease, { changes: changesOf(`${draw.b}`), outputs: { [draw.text]: draw.text } }),
    resultOf(lease, { changes: { ...changesOf('0'), files: 0 } }),
  ];
  return bad[draw.a % bad.length] ?? resultOf(lease);
}

export function finish(state: TaskState, draw: Draw, now: number): Command {
  const lease = leaseOf(state);
  const rightWork = state.work?.workId ?? state.finished?.workId ?? 'wrk_none';
  return {
    type: 'finish-work',
    now,
    actor: runnerNamed(draw.who % 12 === 0 ? 'run_b' : lease.runnerId),
    leaseId: lease.leaseId,
    epoch: lease.epoch,
    workId: draw.who % 9 === 0 ? 'wrk_other' : rightWork,
    result: unlucky(lease, draw),
  };
}

/** A batch that begins where it should, before that (duplicates), or after it (a gap). */
export function ingest(state: TaskState, draw: Draw, now: number): Command {
  const lease = leaseOf(state);
  const producer = PRODUCERS[draw.who % PRODUCERS.length] ?? 'main';
  const taken = Object.hasOwn(state.producers, producer) ? (state.producers[producer] ?? 0) : 0;
  const offset = [0, 0, 0, -1, -3, 1, 5][draw.a % 7] ?? 0;
  const first = Math.max(1, taken + 1 + offset);
  const numbers = Array.from({ length: 1 + (draw.b % 5) }, (_, index) => first + index);
  const events: Produced[] = numbers.map((n) => producedEvent(n, draw.b + n, draw.text));
  const holed = draw.a % 11 === 0 ? events.filter(({ n }) => n !== first + 1) : events;
  return {
    type: 'ingest',
    now,
    actor: runnerNamed(lease.runnerId),
    leaseId: lease.leaseId,
    epoch: lease.epoch,
    producer,
    events: holed,
  };
}

export function progress(state: TaskState, draw: Draw, now: number): Command {
  const { leaseId, epoch, runnerId } = leaseOf(state);
  const said = { percent: draw.a % 101, message: draw.text, turns: draw.b };
  const actor = runnerNamed(runnerId);
  return { type: 'report-progress', now, actor, leaseId, epoch, progress: said };
}

/** A few names with a few versions, now and then by its agent. */
export function artifact(state: TaskState, draw: Draw, now: number): Command {
  const { leaseId, epoch, runnerId } = leaseOf(state);
  const actor = draw.who % 3 === 0 ? agentOf(state, epoch) : runnerNamed(runnerId);
  const name = draw.text || 'patch';
  const kept = { name, type: 'file', contentType: 'text/plain', bytes: draw.a } as const;
  const elsewhere = draw.b % 5 === 0 ? { url: 'https://disk.acme.com/x' } : {};
  const sent = { ...kept, sha256: `${draw.b % 3}`, ...elsewhere };
  return { type: 'add-artifact', now, actor, leaseId, epoch, artifact: sent, underWay: 0 };
}

export function release(state: TaskState, draw: Draw, now: number): Command {
  const { leaseId, epoch, runnerId } = leaseOf(state);
  const actor = runnerNamed(draw.who % 7 === 0 ? 'run_b' : runnerId);
  return {
    type: 'release',
    now,
    actor,
    leaseId,
    epoch,
    reason: draw.a % 2 === 0 ? 'gate' : 'drain',
  };
}

export function claim(state: TaskState, draw: Draw, now: number): Command {
  const runner = runnerNamed(draw.who % 2 === 0 ? 'run_a' : 'run_b');
  const again = draw.a % 5 === 0 ? state.lease?.leaseId : undefined;
  const leaseId = again ?? `lse_${state.epoch + 1}_${draw.b % 3}`;
  const runnerName = runner.name;
  return { type: 'claim', now, actor: runner, leaseId, runnerId: runner.id, runnerName };
}

export function expire(state: TaskState, draw: Draw, now: number): Command {
  const leaseId = draw.a % 6 === 0 ? 'lse_other' : leaseOf(state).leaseId;
  return { type: 'expire-lease', now, leaseId, confirmed: draw.b % 2 === 0 };
}
