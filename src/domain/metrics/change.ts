// What the daily sums of a project change by.

import { dayOf } from './days.ts';

export interface DayCounts {
  readonly created: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly gatesOpened: number;
  readonly gatesApproved: number;
  readonly gatesRejected: number;
  readonly gatesExpired: number;
  /** How many more are at work, or wait for an approval, than before; negative where fewer are. */
  readonly active: number;
  readonly waiting: number;
}

const NO_COUNTS: DayCounts = {
  created: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  gatesOpened: 0,
  gatesApproved: 0,
  gatesRejected: 0,
  gatesExpired: 0,
  active: 0,
  waiting: 0,
};

/** Something that was measured, in milliseconds, and when. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

export const SAMPLED = ['duration', 'queue', 'gate'] as const;
export type Sampled = (typeof SAMPLED)[number];

export interface DayChange {
  readonly day: number;
  readonly counts: DayCounts;
  readonly samples: Readonly<Record<Sampled, readonly Sample[]>>;
}

export interface UsageCounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number;
  /** Tasks in which the agent, or the model, has used anything for the first time. */
  readonly agentTasks: number;
  readonly modelTasks: number;
}

export interface UsageChange extends UsageCounts {
  readonly day: number;
  readonly agent: string;
  readonly model: string;
}

type Counts = { -readonly [K in keyof DayCounts]: DayCounts[K] };

interface Growing {
  readonly day: number;
  readonly counts: Counts;
  readonly samples: Readonly<Record<Sampled, Sample[]>>;
}

/** Gathers what some events change, so that each row is written once. */
export class Changes {
  readonly #days = new Map<number, Growing>();
  readonly #usage = new Map<string, UsageChange>();

  count(at: number, counts: Partial<DayCounts>): void {
    const sum = this.#day(at).counts;
    for (const [name, by] of Object.entries(counts)) {
      // The keys of a part of the counts are keys of the counts.
      sum[name as keyof DayCounts] += by;
    }
  }

  sample(kind: Sampled, sample: Sample): void {
    this.#day(sample.at).samples[kind].push(sample);
  }

  use(at: number, { agent, model, ...counts }: UsageCounts & { agent: string; model: string }) {
    const day = dayOf(at);
    const key = JSON.stringify([day, agent, model]);
    const known = this.#usage.get(key);
    this.#usage.set(key, {
      day,
      agent,
      model,
      inputTokens: counts.inputTokens + (known?.inputTokens ?? 0),
      outputTokens: counts.outputTokens + (known?.outputTokens ?? 0),
      costMicros: counts.costMicros + (known?.costMicros ?? 0),
      agentTasks: counts.agentTasks + (known?.agentTasks ?? 0),
      modelTasks: counts.modelTasks + (known?.modelTasks ?? 0),
    });
  }

  #day(at: number): Growing {
    const day = dayOf(at);
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const samples = { duration: [], queue: [], gate: [] };
    const fresh: Growing = { day, counts: { ...NO_COUNTS }, samples };
    this.#days.set(day, fresh);
    return fresh;
  }

  /** Days on which something has changed in the end. */
  get days(): readonly DayChange[] {
    return [...this.#days.values()].filter(
      ({ counts, samples }) =>
        Object.values(counts).some((by) => by !== 0) ||
        SAMPLED.some((kind) => samples[kind].length > 0),
    );
  }

  get usage(): readonly UsageChange[] {
    return [...this.#usage.values()];
  }
}
