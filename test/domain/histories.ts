// Random histories of one task: at most 40 commands of anybody, each in view of the task as it is.

import fc from 'fast-check';
import type { Refusal } from '../../src/contract/error.ts';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Block } from '../../src/domain/blocks.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { type Birth, birthCommand, births } from './births.ts';
import { type Draw, draws } from './draw.ts';
import { nextCommand } from './moves.ts';
import { ask, BIRTH_MS, type Kind, type Step } from './world.ts';

export interface History {
  readonly kind: Kind;
  readonly steps: readonly Step[];
  readonly events: readonly TaskEvent[];
  readonly blocks: readonly Block[];
  /** After each step. */
  readonly states: readonly TaskState[];
  readonly refusals: readonly Refusal[];
}

export interface Seed {
  readonly birth: Birth;
  readonly draws: readonly Draw[];
}

const STEPS_MAX = 40;
const list = (goOn: number) => fc.array(draws(goOn), { maxLength: STEPS_MAX - 1, size: 'max' });

/** Half of them run well most of the time, so that many reach an end; the others wander. */
export const seeds: fc.Arbitrary<Seed> = fc.record({
  birth: births,
  draws: fc.oneof(list(300), list(60), list(15)),
});

/** Plays a seed: equal seeds give equal histories. */
export function play(seed: Seed): History {
  const steps: Step[] = [ask(null, birthCommand(seed.birth))];
  let now = BIRTH_MS;
  for (const draw of seed.draws) {
    const state = steps.at(-1)?.after;
    const isGone = steps.at(-1)?.events.some(({ type }) => type === 'trash:emptied');
    if (state === undefined || state === null || isGone) break;
    now += draw.waitMs;
    const past = steps.slice(1).map(({ command }) => command);
    const command = nextCommand({ state, now, past }, draw);
    // Who waits for a deadline lets the time pass.
    now = Math.max(now, command.now);
    steps.push(ask(state, command));
  }
  return {
    kind: seed.birth.kind,
    steps,
    events: steps.flatMap((step) => step.events),
    blocks: steps.flatMap((step) => step.blocks),
    states: steps.flatMap(({ after }) => (after === null ? [] : [after])),
    refusals: steps.flatMap(({ decided }) => (decided.ok ? [] : [decided.refusal])),
  };
}
