import {
  type DeploymentRecord,
  type DeploymentStage,
  type DeploymentState,
  PROMOTE,
} from '../../contract/deployment.ts';

const OPEN: ReadonlySet<DeploymentState> = new Set(['pending', 'running', 'ready']);

/** Neither promoted nor ended. */
export const isOpen = ({ state }: { readonly state: DeploymentState }): boolean => OPEN.has(state);

export const isDone = ({ state }: Pick<DeploymentStage, 'state'>): boolean =>
  state === 'succeeded' || state === 'skipped';

const isOver = (stage: DeploymentStage): boolean => isDone(stage) || stage.state === 'failed';

/** What is to be done next: the first stage that is not done, else the promotion. */
export const nextStage = ({ stages }: Pick<DeploymentRecord, 'stages'>): string =>
  stages.find((stage) => !isDone(stage))?.name ?? PROMOTE;

/** A stage that has reached a state at a time. */
export function reached(
  stage: DeploymentStage,
  state: 'running' | 'succeeded' | 'failed' | 'skipped',
  at: string,
): DeploymentStage {
  const startedAt = stage.startedAt ?? (state === 'skipped' ? null : at);
  return { ...stage, state, startedAt, finishedAt: state === 'running' ? null : at };
}

/** Nobody works on what is left. */
export const swept = (stages: readonly DeploymentStage[], at: string): readonly DeploymentStage[] =>
  stages.map((stage) => {
    if (isOver(stage)) return stage;
    return { ...stage, state: 'skipped', finishedAt: stage.startedAt === null ? null : at };
  });
