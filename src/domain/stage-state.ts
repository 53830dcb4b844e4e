import type { StageState } from './task.ts';

/** One more try of a stage. */
export function begin(stage: StageState, at: string): StageState {
  const { name, agent, tries, failures } = stage;
  return { name, agent, status: 'running', startedAt: at, tries: tries + 1, failures };
}

export function complete(stage: StageState, at: string, summary?: string): StageState {
  return {
    ...stage,
    status: 'completed',
    completedAt: at,
    ...(summary === undefined ? {} : { summary }),
  };
}

/** Back to the start; what it has cost so far is kept. */
export const unbegun = ({ name, agent, tries, failures }: StageState): StageState => ({
  name,
  agent,
  status: 'pending',
  tries,
  failures,
});

/** A stage that runs when the task stops in its midst goes back to be run again. */
export const interrupt = (
  stages: readonly StageState[],
  to: 'pending' | 'failed',
): readonly StageState[] =>
  stages.map((stage) => (stage.status === 'running' ? { ...stage, status: to } : stage));
