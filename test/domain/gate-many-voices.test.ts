// However many speak at a gate, and to whomever they hand their say: the record stays one that can be kept, and nobody's say
// goes round in a circle.

import { describe, expect, it } from 'vitest';
import type { ConfigGate } from '../../src/contract/config-workflow.ts';
import type { Actor } from '../../src/contract/principal.ts';
import { changeConfig } from '../../src/domain/config.ts';
import { factsNeededToEdit } from '../../src/domain/decide/gate/weigh-votes.ts';
import { decide } from '../../src/domain/decide.ts';
import type { DecideGate, DelegateGate } from '../../src/domain/gate-command.ts';
import { gateNamed } from '../../src/domain/gates.ts';
import { makePlan } from '../../src/domain/plan.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, BOB, LOCAL, member } from './actors.ts';
import { ask, BIRTH_MS, createCommand, refused, stateAfter, taken } from './world.ts';

const KIND = { workflow: 'bugfix', autonomy: 'full', maxRetries: 0 } as const;
const CLEO = member('person', 'usr_cleo', 'Cleo');

/** A task of Ada's that stands before its gate `security`. */
function standing(gate: Partial<ConfigGate>): TaskState {
  const gates = [{ name: 'security', trigger: 'after:fix', ...gate }];
  const { config } = taken(changeConfig('demo', {}, { gates }));
  const plan = taken(makePlan(config, KIND));
  const born = stateAfter(null, createCommand(KIND, { plan, actor: ADA }));
  const report = { status: 'completed' } as const;
  return stateAfter(born, { type: 'report-status', now: BIRTH_MS, actor: LOCAL, report });
}

const handOn = (from: Actor, to: Actor, change: Partial<DelegateGate> = {}): DelegateGate => ({
  ...{ type: 'delegate-gate', now: BIRTH_MS + 1_000, actor: from, gate: 'security' },
  to: { id: to.id, role: 'owner' },
  ...change,
});

describe('a gate', () => {
  it('takes so many votes, and no more, while a wait holds its approval back', () => {
    let state = standing({ waitSeconds: 60 });
    const vote = (name: string): DecideGate => ({
      ...{ type: 'decide-gate', now: BIRTH_MS + 1_000, actor: LOCAL, gate: 'security' },
      ...{ decision: 'approve', approver: name, comment: 'c'.repeat(10_000) },
    });
    for (let at = 0; at < 50; at += 1) state = stateAfter(state, vote(`Voter ${at}`));
    expect(refused(decide(state, vote('One more'))).code).toBe('limit_reached');
    // Whoever has voted is told so, as before.
    expect(ask(state, vote('Voter 7')).events).toEqual([]);
    const rung = stateAfter(state, { type: 'tick', now: BIRTH_MS + 61_000 });
    expect(gateNamed(rung, 'security')).toMatchObject({ state: 'consumed' });
  });

  it('is edited by one who has voted before only once it is known how many could', () => {
    const state = standing({ quorum: 2, allowEdit: true });
    const facts = { standings: {}, eligible: 1 };
    const own = { now: BIRTH_MS + 1_000, actor: ADA, gate: 'security' };
    const vote: DecideGate = { type: 'decide-gate', decision: 'approve', facts, ...own };
    const voted = stateAfter(state, vote);
    const { action, actionHash: baseActionHash = '' } = gateNamed(voted, 'security') ?? {};
    const edit = { type: 'edit-gate', action, baseActionHash, ...own } as const;
    expect(factsNeededToEdit(voted, edit)).toEqual({ voters: [], from: null });
  });

  it('is handed to nobody through whom the say would come back', () => {
    let state = standing({ preventSelfApproval: false });
    state = stateAfter(state, handOn(ADA, CLEO));
    state = stateAfter(state, handOn(BOB, CLEO));
    expect(refused(decide(state, handOn(CLEO, BOB))).code).toBe('delegation_loop');
    expect(refused(decide(state, handOn(CLEO, ADA))).code).toBe('delegation_loop');
  });

  it('is handed on so often at most, those times too that are over', () => {
    let state = standing({ preventSelfApproval: false });
    let now = BIRTH_MS + 1_000;
    const again = (): DelegateGate =>
      handOn(BOB, CLEO, { now, expiresAt: new Date(now + 1_000).toISOString() });
    for (let times = 0; times < 20; times += 1) {
      state = stateAfter(state, again());
      now += 2_000;
    }
    expect(refused(decide(state, again())).code).toBe('limit_reached');
  });
});
