import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import type { Plan } from '../../src/contract/plan.ts';
import type { Command } from '../../src/domain/command.ts';
import { firstWritingStage } from '../../src/domain/gates.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, BOB, LOCAL, RUNNER_A } from './actors.ts';
import { type Birth, birthCommand, births } from './births.ts';
import { poolOf } from './law.ts';
import { goodResult } from './results.ts';
import { ask, BIRTH_MS, stateAfter } from './world.ts';

const PEOPLE = [ADA, BOB, LOCAL];

const eligible = ({ approvers = [] }: Pick<Gate, 'approvers'>) =>
  PEOPLE.filter(({ id, name }) => {
    return approvers.length === 0 || approvers.includes(id) || approvers.includes(name);
  });

/** A task that waits for nobody, with gates that can be approved. */
const birth: fc.Arbitrary<Birth> = births
  .map((one) => ({ ...one, dependencies: [] }))
  .filter(({ gates }) => gates.every((gate) => eligible(gate).length >= gate.quorum));

/** What people say at the gate that holds the task: yes, or once that it is to be done again. */
function answers(state: TaskState, now: number, isChange: boolean): Command[] {
  const gate = state.gates.find(({ id }) => id === state.hold?.gateId);
  if (gate === undefined) return [];
  const said = { type: 'decide-gate', now, gate: gate.id, comment: 'Seen' } as const;
  const voters = eligible(gate).slice(0, isChange ? 1 : (gate.quorum ?? 1));
  const decision = isChange ? 'request-changes' : 'approve';
  return voters.map((actor) => ({ ...said, actor, decision }));
}

/** The next thing that a good runner asks of the task. */
function work(state: TaskState, now: number): Command {
  const { lease, work: given } = state;
  if (state.status === 'pending') return { type: 'resume', now, actor: BOB };
  if (lease === undefined || given === undefined) {
    const { id: runnerId, name: runnerName } = RUNNER_A;
    const leaseId = `lse_${state.epoch + 1}`;
    return { type: 'claim', now, actor: RUNNER_A, leaseId, runnerId, runnerName };
  }
  const { leaseId, epoch } = lease;
  const result = goodResult(state, lease, true);
  const { workId } = given;
  return { type: 'finish-work', now, actor: RUNNER_A, leaseId, epoch, workId, result };
}

/** What is met on the way of a run that goes well: the stages as they are done, the gates, the merge. */
function walk(born: Birth, changesAt: number): string[] {
  let state = stateAfter(null, birthCommand(born));
  const met: string[] = [];
  let decided = 0;
  for (let now = BIRTH_MS; state.status !== 'completed'; now += 1_000) {
    const asked =
      state.hold === undefined ? [work(state, now)] : answers(state, now, decided === changesAt);
    if (state.hold !== undefined) decided += 1;
    for (const command of asked) {
      const { after, events } = ask(state, command);
      state = after ?? state;
      for (const { type, data } of events) {
        if (type === 'gate:required') met.push(`gate ${data.gateName}`);
        const isWork = type === 'work:finished' && data.kind !== 'commit';
        if (isWork) met.push(`${data.kind} ${data.stage}`);
      }
    }
    if (met.length > 100) break;
  }
  return met;
}

/** The same, worked out from the plan: each gate once a round, behind its stage. */
function expectedWalk({ stages, gates }: Plan, changesAt: number): string[] {
  const met: string[] = [];
  const commit = gates.find(({ at }) => at === 'commit');
  const writing = stages.findIndex(({ name }) => name === firstWritingStage(stages)?.name);
  let isCommitted = commit === undefined;
  let decided = 0;
  const passes = (name: string): boolean => {
    met.push(`gate ${name}`);
    decided += 1;
    return decided - 1 !== changesAt;
  };
  for (let index = 0; index < stages.length; ) {
    const { name } = stages[index] ?? { name: '' };
    met.push(`stage ${name}`);
    if (!isCommitted && index >= writing) {
      if (!passes('commit')) {
        index = writing;
        continue;
      }
      isCommitted = true;
    }
    const here = gates.filter(({ at, stage }) => at === 'after' && stage === name);
    if (here.every((gate) => passes(gate.name))) index += 1;
  }
  return [...met, `merge ${stages.at(-1)?.name}`];
}

describe('a run that goes well', () => {
  const turn = fc.oneof(fc.constant(-1), fc.nat({ max: 6 }));

  it('meets each gate once a round behind its stage, and the merge behind them all', () => {
    const runs = poolOf(fc.tuple(birth, turn), ([born, changesAt]) => {
      const { plan } = birthCommand(born);
      return { met: walk(born, changesAt), expected: expectedWalk(plan, changesAt) };
    });
    runs.holds(({ met, expected }) => expect(met).toEqual(expected));
  });
});
