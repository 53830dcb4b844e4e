// What resumes a task answers no question about its limits, and what answers one leaves the others open.

import { describe, expect, it } from 'vitest';
import type { GateAction } from '../../src/contract/gate.ts';
import type { ReservedSlice } from '../../src/domain/budget/budget-command.ts';
import { earliestDeadline } from '../../src/domain/deadlines.ts';
import { decide } from '../../src/domain/decide.ts';
import type { EditGate } from '../../src/domain/gate-command.ts';
import { changedGates } from '../../src/domain/inbox.ts';
import { ADA } from './actors.ts';
import { BudgetWorld } from './budget-world.ts';
import { refused, type Step } from './world.ts';

const DAY_MS = 86_400_000;

/** A tenth of a dollar beside half a dollar of headroom, of a day of a dollar. */
const sliceAt = (now: number): ReservedSlice => ({
  sliceMicros: 100_000,
  headroomMicros: 500_000,
  until: new Date(now + DAY_MS).toISOString(),
  daily: { limitMicros: 1_000_000, spentMicros: 0, reservedMicros: 600_000 },
});

const pause = (world: BudgetWorld, resumeAfter?: string) =>
  world.do({ type: 'pause', now: world.now, actor: ADA, reason: 'manual', resumeAfter });

describe('a task that was paused when it reached a limit', () => {
  it('is asked about the limit once the clock resumes it', () => {
    const world = new BudgetWorld({ maxCostPerTask: 1 });
    world.claim();
    pause(world, new Date(world.now + 60_000).toISOString());
    world.use({ inputTokens: 1_000 });
    world.wait(60_000);
    expect(world.state).toMatchObject({ status: 'paused', pauseReason: 'budget' });
    expect(world.gate).toMatchObject({ status: 'pending' });
    world.decide('approve');
    expect(world.state.status).toBe('queued');
    expect(world.claim().decided.ok).toBe(true);
  });

  it('stays as a person has left it when the day is renewed, and nobody is asked any more', () => {
    const world = new BudgetWorld({});
    world.claim(sliceAt(world.now));
    pause(world);
    world.use({ inputTokens: 100 });
    expect(world.gate).toMatchObject({
      status: 'pending',
      action: { target: { limit: 'dailyBudget' } },
    });
    world.wait(DAY_MS);
    expect(world.state).toMatchObject({ status: 'paused', pauseReason: 'manual' });
    expect(world.gate).toMatchObject({ state: 'cancelled' });
    const clocks = { leaseEndsAt: null, retryAt: null };
    expect(earliestDeadline(world.state, clocks, world.now)).toBe(null);
  });
});

describe('a gate that a limit has opened', () => {
  it('is not answered by raising another limit', () => {
    const world = new BudgetWorld({});
    world.claim(sliceAt(world.now));
    const { leaseId } = world.holder;
    world.do({ type: 'note-slice', now: world.now, leaseId, none: 'parent' });
    world.use({ inputTokens: 100 });
    expect(world.gate?.action.target).toEqual({ limit: 'maxCostPerTask' });
    const raise = { limit: 'maxTokensPerTask', to: 900_000_000 } as const;
    world.do({ type: 'extend-budget', now: world.now, actor: ADA, ...raise });
    expect(world.state).toMatchObject({ status: 'paused', pauseReason: 'budget' });
    expect(world.gate).toMatchObject({ status: 'pending' });
  });

  it('leaves the inbox once nobody is asked any more', () => {
    const asked = (): BudgetWorld => {
      const world = new BudgetWorld({ maxCostPerTask: 1 });
      world.claim();
      world.use({ inputTokens: 1_000 });
      return world;
    };
    const stateIn = ({ state, gate }: BudgetWorld, { events }: Step) =>
      changedGates(state, events).find(({ id }) => id === gate?.id)?.state;
    const world = asked();
    const raise = { type: 'extend-budget', limit: 'maxCostPerTask', to: 5 } as const;
    const raised = world.do({ ...raise, now: world.now, actor: ADA });
    expect(stateIn(world, raised)).toBe('cancelled');
    const day = new BudgetWorld({});
    day.claim(sliceAt(day.now));
    day.use({ inputTokens: 100 });
    day.wait(30_000);
    expect(stateIn(day, day.wait(DAY_MS))).toBe('cancelled');
  });

  it('is edited in nothing but the number that the limit is raised to', () => {
    const world = new BudgetWorld({ maxCostPerTask: 1 });
    world.claim();
    world.use({ inputTokens: 1_000 });
    const { gate, now } = world;
    if (gate === undefined) throw new Error('Nobody is asked.');
    const edit = (action: GateAction): EditGate => ({
      ...{ type: 'edit-gate', now, actor: ADA, gate: 'budget', action },
      baseActionHash: gate.actionHash,
    });
    const { action } = gate;
    const wrong: readonly GateAction[] = [
      { ...action, target: { limit: 'maxTokensPerTask' } },
      { ...action, target: { limit: 'nothing' } },
      { ...action, params: { ...action.params, from: '0', to: '0.5' } },
      { ...action, params: { ...action.params, to: '1' } },
      { ...action, params: { ...action.params, to: 'much' } },
    ];
    for (const one of wrong) {
      expect(refused(decide(world.state, edit(one))).code).toBe('invalid_action');
    }
    world.do(edit({ ...action, params: { ...action.params, to: '4' } }));
    expect(world.state).toMatchObject({
      status: 'queued',
      budget: { extended: { maxCostPerTask: 4 } },
    });
  });
});
