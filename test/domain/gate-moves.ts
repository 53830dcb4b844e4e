// What somebody asks at the gates of a task, and what brings its run to them, in view of the task as it is.

import fc from 'fast-check';
import type { Gate, GateAction } from '../../src/contract/gate.ts';
import type { PolicyTerms } from '../../src/contract/gate-policy.ts';
import type { Actor, Role } from '../../src/contract/principal.ts';
import type { Command } from '../../src/domain/command.ts';
import { gateNonce } from '../../src/domain/gate-binding.ts';
import type { TaskState } from '../../src/domain/task.ts';
import {
  agentElsewhere,
  agentOf,
  LOCAL,
  member,
  PROJECT_ID,
  RUNNER_A,
  RUNNER_B,
  SERVICE,
} from './actors.ts';
import { goodResult, resultOf } from './results.ts';

export const PEOPLE = ['usr_ada', 'usr_bob', 'usr_cleo', 'usr_dan'] as const;
export type Standings = Readonly<Record<string, Role>>;

const ACTS = [
  ...['approve', 'approve', 'approve', 'approve', 'reject', 'request-changes', 'waive', 'edit'],
  ...['edit', 'delegate', 'withdraw', 'cancel', 'request', 'request', 'request', 'consume'],
  ...[
    'consume',
    'tick',
    'work',
    'work',
    'work',
    'work',
    'work',
    'work',
    'work',
    'work',
    'mismatch',
  ],
  ...['lose', 'retry', 'role', 'pause'],
] as const;

export const policies: fc.Arbitrary<PolicyTerms> = fc.record(
  {
    required: fc.integer({ min: 1, max: 3 }),
    preventSelfApproval: fc.boolean(),
    from: fc.constantFrom(['role:developer'], ['role:owner'], ['usr_ada', 'role:owner']),
    waitSeconds: fc.constantFrom(0, 60),
    expiresInSeconds: fc.constantFrom(120, 86_400),
    allowEdit: fc.constant(true),
    requireActionHash: fc.boolean(),
  },
  { requiredKeys: [] },
);

export const gateDraws = fc.record({
  act: fc.constantFrom(...ACTS),
  who: fc.nat({ max: 99 }),
  which: fc.nat({ max: 99 }),
  head: fc.constantFrom('a', 'b'),
  waitMs: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 5_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 90_000_000 }) },
  ),
  policy: policies,
  blocking: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.boolean()),
});
export type GateDraw = typeof gateDraws extends fc.Arbitrary<infer T> ? T : never;

export const person = (id: string, standings: Standings): Actor => ({
  ...member('person', id, id.slice('usr_'.length)),
  projects: standings[id] === undefined ? {} : { [PROJECT_ID]: standings[id] },
});

/** Everybody: people most of the time, else whoever is none. */
export function somebody(state: TaskState, standings: Standings, draw: number): Actor {
  const others = [
    agentOf(state, state.epoch),
    agentOf(state, state.epoch - 1),
    agentElsewhere(state),
    ...[RUNNER_A, RUNNER_B, SERVICE, LOCAL],
  ];
  if (draw % 5 === 0) return others[(draw / 5) % others.length] ?? SERVICE;
  return person(PEOPLE[draw % PEOPLE.length] ?? 'usr_ada', standings);
}

export const pushOf = (head: string): GateAction => ({
  type: 'git.push',
  target: { remote: 'origin', branch: 'main' },
  params: { head },
});

const runnerOf = ({ lease }: TaskState) => (lease?.runnerId === RUNNER_B.id ? RUNNER_B : RUNNER_A);

/** A good runner's next word; `isBad`: the tree is not the approved one any more. */
function work(state: TaskState, now: number, isBad: boolean): Command {
  const { lease, work: given } = state;
  const actor = runnerOf(state);
  if (state.status === 'paused') return { type: 'resume', now, actor: LOCAL };
  if (lease === undefined || given === undefined) {
    const { id: runnerId, name: runnerName } = actor;
    return { type: 'claim', now, actor, leaseId: `lse_${now}`, runnerId, runnerName };
  }
  const { leaseId, epoch } = lease;
  const error = { code: 'action_mismatch', message: 'The tree has changed', retryable: true };
  const result = isBad
    ? resultOf(lease, { outcome: 'failed', error })
    : goodResult(state, lease, true);
  return { type: 'finish-work', now, actor, leaseId, epoch, workId: given.workId, result };
}

/** Acts at a request of the agent, for the most part. */
const AT_REQUESTS: ReadonlySet<string> = new Set(['edit', 'consume', 'cancel']);

/** The gate that is spoken of: the one that holds the task most of the time, else any, old ones too. */
function gateFor({ gates, hold }: TaskState, { act, which }: GateDraw): Gate | undefined {
  if (which % 4 === 0) return gates[which % Math.max(1, gates.length)];
  const asked = gates.findLast(({ source }) => source === 'request');
  if (AT_REQUESTS.has(act) && asked !== undefined) return asked;
  return gates.find(({ id }) => id === hold?.gateId) ?? gates.at(-1);
}

function atGate(state: TaskState, now: number, actor: Actor, draw: GateDraw): Command {
  const { act, which, head } = draw;
  const found = gateFor(state, draw);
  const gate = found === undefined ? 'none' : which % 3 === 0 ? found.name : found.id;
  const seen = which % 7 === 0 ? 'sha256:other' : found?.actionHash;
  const by = { now, actor, gate };
  const agent = agentOf(state, state.epoch);
  const reason = 'No more';
  switch (act) {
    case 'waive':
      return { type: 'waive-gate', ...by, reason };
    case 'cancel':
      return { type: 'cancel-gate', ...by, ...(which % 2 === 0 ? { actor: agent } : {}), reason };
    case 'edit':
      return { type: 'edit-gate', ...by, action: pushOf(head), baseActionHash: seen ?? '' };
    case 'withdraw':
      return { type: 'withdraw-vote', ...by };
    case 'delegate': {
      const id = PEOPLE[which % PEOPLE.length] ?? 'usr_ada';
      return { type: 'delegate-gate', ...by, to: { id, role: 'developer' } };
    }
    case 'approve':
    case 'reject':
    case 'request-changes':
      return { type: 'decide-gate', ...by, decision: act, actionHash: seen, comment: 'Seen' };
    default:
      return { type: 'tick', now };
  }
}

function consume(state: TaskState, now: number, draw: GateDraw): Command {
  const { id: gateId, actionHash } = gateFor(state, draw) ?? { id: 'gate_0', actionHash: '' };
  const { leaseId = 'lse_0' } = state.lease ?? {};
  const nonce = gateNonce(state, gateId);
  const what = { gate: gateId, gateId, nonce, actionHash, consumeId: `cns_${now}` };
  return {
    ...{ type: 'consume-gate', now, actor: runnerOf(state), leaseId },
    ...{ epoch: state.epoch, ...what },
  };
}

export function gateCommand(state: TaskState, now: number, actor: Actor, draw: GateDraw): Command {
  const { act, head, blocking } = draw;
  switch (act) {
    case 'work':
    case 'mismatch':
      return work(state, now, act === 'mismatch');
    case 'lose':
      return {
        ...{ type: 'expire-lease', now, leaseId: state.lease?.leaseId ?? '', confirmed: true },
      };
    case 'retry':
      return { type: 'retry', now, actor: LOCAL };
    case 'pause':
      return { type: 'pause', now, actor: LOCAL, reason: 'manual' };
    case 'request': {
      const asked = { name: 'push', action: pushOf(head), blocking, policy: draw.policy };
      return { type: 'request-gate', now, actor: agentOf(state, state.epoch), ...asked };
    }
    case 'consume':
      return consume(state, now, draw);
    default:
      return atGate(state, now, actor, draw);
  }
}
