// Tasks by the thousand: what each of them tells its project, and a straightforward recount of it beside.

import type { TaskEvent } from '../../src/contract/event.ts';
import { DAY_MS } from '../../src/domain/metrics/days.ts';

const ENVIRONMENTS = ['production', 'staging', 'development'] as const;
const WORKFLOWS = ['feature', 'bugfix', 'refactor'] as const;
/** Each stage has its agent, and each agent its model. */
const STAGES = [
  ['planner', 'opus'],
  ['developer', 'sonnet'],
  ['tester', 'haiku'],
  ['reviewer', 'sonnet'],
] as const;

/** Equal numbers give equal tasks; no two neighbours are alike. */
const mixed = (n: number, salt: number): number => {
  let x = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) >>> 0;
};
const oneOf = <T>(all: readonly T[], n: number, salt: number): T => {
  const one = all[mixed(n, salt) % all.length];
  if (one === undefined) throw new Error('There is nothing to choose from.');
  return one;
};

interface Use {
  readonly agent: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
}

export interface ToldTask {
  readonly id: string;
  readonly environment: string;
  readonly workflow: string;
  readonly events: readonly TaskEvent[];
  /** As who counts by hand knows it. */
  readonly facts: {
    readonly uses: readonly Use[];
    readonly end: 'completed' | 'failed' | 'cancelled';
    readonly day: number;
  };
}

type Told = readonly [at: number, type: TaskEvent['type'], data: Record<string, unknown>];

/** A stage begins, and what is told of usage is what was used by then altogether. */
function toldStages(uses: readonly Use[], begun: number): Told[] {
  let spent = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
  return uses.flatMap(({ agent, model, ...use }, index): Told[] => {
    const at = begun + index * 60_000;
    spent = {
      inputTokens: spent.inputTokens + use.inputTokens,
      outputTokens: spent.outputTokens + use.outputTokens,
      costMicros: spent.costMicros + use.costMicros,
    };
    return [
      [at, 'task:stage-changed', { status: 'in-progress', agent }],
      [at + 30_000, 'usage:updated', { ...spent, model }],
    ];
  });
}

/** The n-th task of the last `days` days up to `now`: queued, begun, worked on stage by stage, ended. */
export function toldTask(n: number, { now, days }: { now: number; days: number }): ToldTask {
  const day = Math.floor(now / DAY_MS) - (mixed(n, 1) % days);
  const at = day * DAY_MS + (mixed(n, 2) % (DAY_MS / 2));
  const [queuedMs, tookMs] = [mixed(n, 3) % 600_000, 300_000 + (mixed(n, 4) % 7_200_000)];
  const uses = STAGES.map(([agent, model], index) => ({
    agent,
    model,
    inputTokens: mixed(n, 20 + index) % 100_000,
    outputTokens: mixed(n, 30 + index) % 10_000,
    costMicros: mixed(n, 40 + index) % 1_000_000,
  }));
  const end = oneOf(['completed', 'completed', 'completed', 'failed', 'cancelled'] as const, n, 10);
  const begun = at + queuedMs;
  const told: readonly Told[] = [
    [at, 'task:created', { status: 'pending' }],
    [at, 'task:queued', { status: 'queued', waitingFor: 'runner' }],
    ...toldStages(uses, begun),
    [begun + tookMs, `task:${end}`, { status: end }],
  ];
  const id = `task_${at.toString(36)}_${n.toString(16).padStart(20, '0')}`;
  return {
    id,
    environment: oneOf(ENVIRONMENTS, n, 11),
    workflow: oneOf(WORKFLOWS, n, 12),
    events: told.map(([time, type, data], index) => {
      const timestamp = new Date(time).toISOString();
      // As much of an event as is counted.
      return { type, taskId: id, timestamp, seq: index + 1, data } as unknown as TaskEvent;
    }),
    facts: { uses, end, day },
  };
}
