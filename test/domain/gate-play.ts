// Random histories of one task whose gates have policies of all kinds: at each step somebody asks something of a gate,
// the run goes on, roles change, time passes.

import fc from 'fast-check';
import type { ConfigGate } from '../../src/contract/config-workflow.ts';
import { AUTONOMIES } from '../../src/contract/task.ts';
import { changeConfig } from '../../src/domain/config.ts';
import type { VoterFacts } from '../../src/domain/gate-command.ts';
import { makePlan } from '../../src/domain/plan.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { LOCAL, member } from './actors.ts';
import {
  type GateDraw,
  gateCommand,
  gateDraws,
  PEOPLE,
  policies,
  type Standings,
  somebody,
} from './gate-moves.ts';
import { poolOf } from './law.ts';
import { ask, BIRTH_MS, createCommand, type Step, taken } from './world.ts';

const seeds = fc.record({
  autonomy: fc.constantFrom(...AUTONOMIES),
  maker: fc.constantFrom(...PEOPLE, 'local'),
  gate: policies,
  escalates: fc.boolean(),
  draws: fc.array(gateDraws, { maxLength: 45, size: 'max' }),
});
type Seed = typeof seeds extends fc.Arbitrary<infer T> ? T : never;

/** A step with what the project said of its people then. */
export interface GateStep extends Step {
  readonly before: TaskState;
  readonly after: TaskState;
  readonly facts: VoterFacts;
}

const ROLES = ['developer', 'owner', 'viewer', undefined] as const;

/** One person's role in the project is another from now on, or none. */
function withRole(standings: Standings, { who, which }: GateDraw): Standings {
  const id = PEOPLE[who % PEOPLE.length] ?? 'usr_ada';
  const { [id]: _, ...others } = standings;
  const role = ROLES[which % ROLES.length];
  return role === undefined ? others : { ...others, [id]: role };
}

function born({ autonomy, maker, gate, escalates }: Seed): TaskState {
  const { required = 1, from, ...terms } = gate;
  const escalation = escalates ? { onExpiry: 'escalate', escalateTo: ['role:owner'] } : {};
  const asked = { name: 'security', trigger: 'after:fix', quorum: required, ...terms };
  const approvers = from?.filter((entry) => entry.startsWith('usr_')) ?? [];
  const gates = [{ ...asked, ...escalation, approvers }] as Partial<ConfigGate>[];
  const { config } = taken(changeConfig('demo', {}, { gates }));
  const kind = { workflow: 'bugfix', autonomy, maxRetries: 3 } as const;
  const actor = maker === 'local' ? LOCAL : member('person', maker, maker);
  const step = ask(null, createCommand(kind, { plan: taken(makePlan(config, kind)), actor }));
  if (step.after === null) throw new Error('No task.');
  return step.after;
}

/** Plays a seed: equal seeds give equal histories. */
function play(seed: Seed): readonly GateStep[] {
  const steps: GateStep[] = [];
  let state = born(seed);
  let standings: Standings = Object.fromEntries(PEOPLE.map((id) => [id, 'owner' as const]));
  let now = BIRTH_MS;
  for (const draw of seed.draws) {
    now += draw.waitMs;
    if (draw.act === 'role') standings = withRole(standings, draw);
    const eligible = Object.values(standings).filter((role) => role !== 'viewer').length;
    const facts = { standings, eligible: Math.min(eligible, 2) };
    const command = gateCommand(state, now, somebody(state, standings, draw.who), draw);
    const knows = command.type === 'decide-gate' || command.type === 'edit-gate';
    const step = ask(state, knows ? { ...command, facts } : command);
    if (step.after === null) throw new Error('The task is gone.');
    steps.push({ ...step, before: state, after: step.after, facts });
    state = step.after;
  }
  return steps;
}

const pool = poolOf(seeds, play);

export const gateHistories = (): readonly (readonly GateStep[])[] => pool.all();
export const holdsInGateHistories = (law: (steps: readonly GateStep[]) => void): void =>
  pool.holds(law);
export function holdsAtEachGateStep(law: (step: GateStep) => void): void {
  pool.holds((steps) => {
    for (const step of steps) law(step);
  });
}
