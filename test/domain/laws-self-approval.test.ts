// Who counts where nobody approves their own: random chains of requesters, voters, standings and delegations.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { approvingRoles } from '../../src/contract/approval.ts';
import type { Gate, GateDelegation, GateRequester, GateVote } from '../../src/contract/gate.ts';
import type { Role } from '../../src/contract/principal.ts';
import { isAsked } from '../../src/domain/approval.ts';
import { decide } from '../../src/domain/decide.ts';
import type { DecideGate } from '../../src/domain/gate-command.ts';
import { policyOf } from '../../src/domain/gate-policy.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, LOCAL, member, PROJECT_ID } from './actors.ts';
import { ask, BIRTH_MS, createCommand, stateAfter } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const RUNS = { numRuns: 5_000 };
const PEOPLE = ['usr_a', 'usr_b', 'usr_c', 'usr_d', 'usr_e'] as const;
const ROLES = ['owner', 'project-admin', 'developer', 'developer', 'viewer', undefined] as const;

const person = fc.constantFrom<string>(...PEOPLE);
const option = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });

const worlds = fc.record({
  createdBy: person,
  requester: fc.record({
    sub: fc.oneof(person, fc.constantFrom('agt_1', 'run_a', 'svc_1')),
    runnerOwner: option(person),
    onBehalfOf: option(person),
  }),
  required: fc.integer({ min: 1, max: 3 }),
  ban: fc.constantFrom(true, true, null, false),
  from: fc.constantFrom<string[] | null>(
    null,
    ['role:owner'],
    ['role:project-admin'],
    ['usr_a', 'usr_b'],
  ),
  votes: fc.uniqueArray(person, { maxLength: 3 }),
  delegations: fc.array(fc.record({ from: person, to: person }), { maxLength: 3 }),
  roles: fc.tuple(...PEOPLE.map(() => fc.constantFrom(...ROLES))),
  decider: person,
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

/** A task that stands before a gate of its autonomy. */
function standing(): TaskState {
  const kind = { workflow: 'bugfix', autonomy: 'review-before-merge', maxRetries: 0 } as const;
  const born = stateAfter(null, createCommand(kind, { actor: ADA }));
  const report = { status: 'completed' } as const;
  return stateAfter(born, { type: 'report-status', now: BIRTH_MS, actor: LOCAL, report });
}
const BASE = standing();
const NOW = BIRTH_MS + 1_000;
const at = new Date(BIRTH_MS).toISOString();

const standingsOf = ({ roles }: World): Record<string, Role> =>
  Object.fromEntries(
    PEOPLE.flatMap((id, index) => {
      const role = roles[index];
      return role === undefined ? [] : [[id, role] as const];
    }),
  );

function stateOf({ createdBy, requester, required, ban, from, votes, delegations }: World) {
  const [gate] = BASE.gates;
  if (gate?.policy === undefined) throw new Error('No gate.');
  const { actionHash } = gate;
  const policy = {
    ...gate.policy,
    required,
    ...(ban === null ? {} : { preventSelfApproval: ban }),
    ...(from === null ? {} : { from }),
  };
  const asking: GateRequester = JSON.parse(JSON.stringify({ ...requester, runnerId: 'run_a' }));
  const cast = votes.map(
    (id): GateVote => ({ approver: id, approverId: id, decision: 'approve', at, actionHash }),
  );
  const handed = delegations
    .filter((one) => one.from !== one.to)
    .map((one): GateDelegation => ({ ...one, at }));
  const opened: Gate = { ...gate, policy, requester: asking, votes: cast, delegations: handed };
  return { ...BASE, createdBy, gates: [opened] };
}

function commandOf(world: World): DecideGate {
  const standings = standingsOf(world);
  const id = world.decider;
  const role = standings[id];
  const projects = role === undefined ? {} : { [PROJECT_ID]: role };
  const able = Object.values(standings).filter((one) => approvingRoles(null).includes(one));
  return {
    type: 'decide-gate',
    now: NOW,
    actor: { ...member('person', id, id), projects },
    gate: 'review',
    decision: 'approve',
    facts: { standings, eligible: Math.min(2, able.length) },
  };
}

/** Those in whose name this voice is given: its own where the policy asks for them, else who has handed theirs on. */
function voicesOf(gate: Gate, id: string, role: Role | undefined): readonly string[] {
  const { delegations = [] } = gate;
  if (role !== undefined && isAsked(policyOf(gate), { id, role, name: id })) return [id];
  const seen = new Set([id]);
  for (let next = id; ; ) {
    const from = delegations.find(({ to }) => to === next)?.from;
    if (from === undefined || seen.has(from)) return [...seen];
    seen.add(from);
    next = from;
  }
}

const askers = ({ createdBy, requester: { sub, runnerOwner, onBehalfOf } }: World) =>
  new Set([createdBy, sub, runnerOwner, onBehalfOf].filter((id) => id !== undefined));

/** Plays each world; says what came of it to those laws that look at approvals. */
function holds(law: (world: World, votes: readonly GateVote[] | null) => void): number {
  let approvals = 0;
  const property = fc.property(worlds, (world) => {
    const { events } = ask(stateOf(world), commandOf(world));
    const approved = events.find(({ type }) => type === 'gate:approved');
    const votes = approved?.type === 'gate:approved' ? (approved.data.votes ?? []) : null;
    if (votes !== null) approvals += 1;
    law(world, votes);
  });
  fc.assert(property, RUNS);
  return approvals;
}

const isBanned = (world: World): boolean =>
  world.ban ?? (commandOf(world).facts?.eligible ?? 0) >= 2;

describe('an approval', () => {
  it('With self-approval banned nobody of the requester’s chain counts.', () => {
    const approvals = holds((world, votes) => {
      if (!isBanned(world)) return;
      const chain = askers(world);
      if (chain.has(world.decider)) {
        const decided = decide(stateOf(world), commandOf(world));
        const isRepeated = world.votes.includes(world.decider);
        expect(decided.ok && !isRepeated).toBe(false);
      }
      const [gate] = stateOf(world).gates;
      for (const { approverId } of votes ?? []) {
        const standings = standingsOf(world);
        const voices = gate === undefined ? [] : voicesOf(gate, approverId, standings[approverId]);
        expect(voices.filter((id) => chain.has(id))).toEqual([]);
      }
    });
    expect(approvals).toBeGreaterThan(200);
  });

  it('Approved implies `required` distinct eligible voters for one `actionHash`.', () => {
    holds((world, votes) => {
      if (votes === null) return;
      const [gate] = stateOf(world).gates;
      const standings = standingsOf(world);
      expect(new Set(votes.map(({ approverId }) => approverId)).size).toBe(votes.length);
      expect(votes.length).toBeGreaterThanOrEqual(world.required);
      for (const { approverId: id, actionHash } of votes) {
        expect(actionHash).toBe(gate?.actionHash);
        const role = standings[id];
        expect(role === undefined ? [] : approvingRoles(null)).toContain(role);
        if (gate === undefined || role === undefined) continue;
        const isHandedOn = gate.delegations?.some(({ from }) => from === id) === true;
        const isHanded = gate.delegations?.some(({ to }) => to === id) === true;
        expect(isHandedOn).toBe(false);
        expect(isHanded || isAsked(policyOf(gate), { id, role, name: id })).toBe(true);
      }
    });
  });
});
