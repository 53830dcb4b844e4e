// What a task has cost, in the course of time and by stage. Pure.

import type { OtherEvent } from '../../../live/task-stream.ts';

/** All that was spent until then. */
export interface CostPoint {
  readonly ms: number;
  readonly dollars: number;
  readonly stage: string;
}

export interface StageCost {
  readonly stage: string;
  readonly input: number;
  readonly output: number;
  readonly micros: number;
}

/** Each report counts for the stage that was at work when it came. */
export function costsOf(events: readonly OtherEvent[]): {
  readonly points: readonly CostPoint[];
  readonly stages: readonly StageCost[];
} {
  const points: CostPoint[] = [];
  const stages = new Map<string, StageCost>();
  let stage = '';
  let before = { inputTokens: 0, outputTokens: 0, costMicros: 0 };
  for (const { type, data, timestamp } of events) {
    if (type === 'work:given') stage = data.stage;
    if (type === 'task:stage-changed') stage = data.stage ?? stage;
    if (type !== 'usage:updated') continue;
    const sum = stages.get(stage) ?? { stage, input: 0, output: 0, micros: 0 };
    stages.set(stage, {
      stage,
      input: sum.input + data.inputTokens - before.inputTokens,
      output: sum.output + data.outputTokens - before.outputTokens,
      micros: sum.micros + data.costMicros - before.costMicros,
    });
    points.push({ ms: Date.parse(timestamp), dollars: data.costMicros / 1e6, stage });
    before = data;
  }
  return { points, stages: [...stages.values()] };
}
