// A family at work: what travels arrives in any order, runners do what is queued, and people meddle; then everybody
// leaves it alone, and it comes to rest.

import fc from 'fast-check';
import { STRATEGIES, type Strategy } from '../../src/contract/subtask.ts';
import type { Command, NewSubtask } from '../../src/domain/command.ts';
import { isWorking, type TaskState } from '../../src/domain/task.ts';
import { ADA, LOCAL, RUNNER_A } from './actors.ts';
import type { End } from './family-end.ts';
import { FamilyWorld, PARENT } from './family-world.ts';
import { resultOf } from './results.ts';

/** A subtask of the play: the siblings before it that it waits for, and the end of each of its attempts. */
export interface Role {
  readonly waitsFor: readonly number[];
  readonly ends: readonly End[];
}

const TRAVELS = ['send', 'land', 'land', 'believe', 'run', 'run'] as const;
const MEDDLES = [
  'cancel',
  'pause',
  'resume',
  'retry',
  'trash',
  'restore',
  'execute-subtasks',
  'ask',
  'approve',
] as const;
type Act = (typeof TRAVELS)[number] | (typeof MEDDLES)[number];

export interface Scene {
  readonly act: Act;
  readonly which: number;
}

export interface Play {
  readonly strategy: Strategy;
  readonly roles: readonly Role[];
  readonly scenes: readonly Scene[];
}

const role = fc.tuple(
  fc.nat({ max: 31 }),
  fc.array(fc.constantFrom<End>('completed', 'completed', 'failed'), {
    minLength: 1,
    maxLength: 3,
  }),
);
const roles = fc.array(role, { minLength: 1, maxLength: 5 }).map((drawn) =>
  drawn.map(([bits, ends], index): Role => {
    const waitsFor = drawn.flatMap((_, at) => (at < index && (bits >> at) % 3 === 1 ? [at] : []));
    return { waitsFor, ends };
  }),
);

const scenes = (acts: readonly Act[], maxLength: number): fc.Arbitrary<Scene[]> =>
  fc.array(fc.record({ act: fc.constantFrom(...acts), which: fc.nat({ max: 99 }) }), {
    maxLength,
    size: 'max',
  });

/** A play that nobody meddles with, and one with people in it. */
export const calmPlay: fc.Arbitrary<Play> = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  roles,
  scenes: scenes(TRAVELS, 40),
});
export const wildPlay: fc.Arbitrary<Play> = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  roles,
  scenes: scenes([...TRAVELS, ...TRAVELS, ...MEDDLES], 60),
});

export const idOf = (index: number): string => `task_sub_${index + 1}`;

function decomposition({ strategy, roles: all }: Play) {
  const subtasks = all.map(({ waitsFor }, index): NewSubtask => {
    const made = { id: idOf(index), description: `Part ${index + 1}`, workflow: 'short' };
    return { ...made, priority: 'normal', effort: 'medium', dependsOn: waitsFor.map(idOf) };
  });
  return { strategy, subtasks };
}

/** The end of this attempt; the last one told counts for all that follow. */
const endOf = ({ roles: all }: Play, { id, attempt }: TaskState): End => {
  const ends = all.find((_, index) => idOf(index) === id)?.ends ?? [];
  return ends[Math.min(attempt, ends.length) - 1] ?? 'completed';
};

/** A runner claims a task, or brings home what it was given. */
export function runOne(world: FamilyWorld, play: Play, state: TaskState): void {
  const { lease, work, id } = state;
  const by = { now: world.now, actor: RUNNER_A };
  if (lease === undefined || work === undefined) {
    const { id: runnerId, name: runnerName } = RUNNER_A;
    const leaseId = `lse_${id}_${state.epoch + 1}`;
    world.dispatch(id, { type: 'claim', ...by, leaseId, runnerId, runnerName });
    return;
  }
  const { leaseId, epoch } = lease;
  const error = { code: 'agent_exit', message: 'It went wrong', retryable: false };
  const isBad = work.kind === 'stage' && endOf(play, state) === 'failed';
  const result = resultOf(lease, isBad ? { outcome: 'failed', error } : {});
  const { workId } = work;
  world.dispatch(id, { type: 'finish-work', ...by, leaseId, epoch, workId, result });
}

export const runnable = (world: FamilyWorld): readonly TaskState[] =>
  [...world.tasks.values()].filter(({ status, lease, work, hold }) => {
    return status === 'queued' || (lease !== undefined && work !== undefined && hold === undefined);
  });

function meddle(world: FamilyWorld, state: TaskState, act: (typeof MEDDLES)[number]): void {
  const by = { now: world.now, actor: LOCAL };
  const gate = state.gates.find(({ id }) => id === state.hold?.gateId)?.id ?? 'review';
  const asked: Command =
    act === 'pause'
      ? { type: act, ...by, reason: 'manual' }
      : act === 'ask'
        ? { type: 'report-status', ...by, report: { status: 'waiting-approval' } }
        : act === 'approve'
          ? { type: 'decide-gate', ...by, actor: ADA, gate, decision: 'approve' }
          : { type: act, ...by };
  world.dispatch(state.id, asked);
}

/** What happens without anybody's doing; false for what a person does. */
function happen(world: FamilyWorld, play: Play, { act, which }: Scene): boolean {
  const pick = <T>(list: readonly T[]): T | undefined => list[which % Math.max(1, list.length)];
  const due = pick(world.due());
  const untrue = pick(world.untrue());
  const state = pick(runnable(world));
  if (act === 'land') world.land(which);
  else if (act === 'send' && due !== undefined) world.send(due.id, due.to, which % 5 === 0);
  else if (act === 'believe' && untrue !== undefined) world.dispatch(untrue.id, untrue.command);
  else if (act === 'run' && state !== undefined) runOne(world, play, state);
  else return false;
  return true;
}

function perform(world: FamilyWorld, play: Play, scene: Scene): void {
  world.now += 1_000;
  if (happen(world, play, scene)) return;
  const act = MEDDLES.find((meddling) => meddling === scene.act);
  // Every other one is the parent.
  const [parent, ...others] = [...world.tasks.values()];
  const state = scene.which % 2 === 0 ? parent : others[scene.which % Math.max(1, others.length)];
  if (act !== undefined && state !== undefined) meddle(world, state, act);
}

/** At work without a runner, as somebody has reported; who has does it. */
const isAlone = ({ status, lease, executing }: TaskState): boolean =>
  isWorking(status) && lease === undefined && !executing;

function finishAlone(world: FamilyWorld, { id }: TaskState): void {
  const by = { now: world.now, actor: LOCAL };
  const report = { status: 'completed' } as const;
  const ways: readonly Command[] = [
    { type: 'report-status', ...by, report },
    { type: 'resume', ...by },
    { type: 'retry', ...by },
  ];
  // What is not done yet is gone on with, or begun anew.
  ways.some((command) => world.dispatch(id, command).decided.ok);
}

/** One more step of those who do their duty: what travels arrives, runners run, people answer and wake up. */
function goOn(world: FamilyWorld, play: Play): boolean {
  world.now += 1_000;
  const [due] = world.due();
  const [untrue] = world.untrue();
  const [run] = runnable(world);
  const all = [...world.tasks.values()];
  const asked = all.find(({ hold }) => hold !== undefined);
  const alone = all.find(isAlone);
  const paused = all.find(({ status }) => status === 'paused');
  const parent = world.state(PARENT);
  if (world.flights.length > 0) world.land(0);
  else if (due !== undefined) world.send(due.id, due.to, false);
  else if (untrue !== undefined) world.dispatch(untrue.id, untrue.command);
  else if (run !== undefined) runOne(world, play, run);
  else if (asked !== undefined) meddle(world, asked, 'approve');
  else if (paused !== undefined) meddle(world, paused, 'resume');
  else if (parent.status === 'pending') meddle(world, parent, 'resume');
  else if (alone !== undefined) finishAlone(world, alone);
  else return false;
  return true;
}

const STEPS_MAX = 600;

export interface Played {
  readonly play: Play;
  readonly world: FamilyWorld;
  /** False where it never comes to rest. */
  readonly isAtRest: boolean;
}

/** Plays it to its end. */
export function playFamily(play: Play): Played {
  const world = new FamilyWorld();
  const by = { now: world.now, actor: LOCAL };
  world.dispatch(PARENT, { type: 'decompose', ...by, decomposition: decomposition(play) });
  world.dispatch(PARENT, { type: 'execute-subtasks', ...by });
  for (const scene of play.scenes) perform(world, play, scene);
  let steps = 0;
  while (steps < STEPS_MAX && goOn(world, play)) steps += 1;
  return { play, world, isAtRest: steps < STEPS_MAX };
}
