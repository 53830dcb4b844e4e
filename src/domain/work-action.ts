import type { GateAction } from '../contract/gate.ts';
import type { PlannedGate } from '../contract/plan.ts';
import { canonicalJson } from './action.ts';
import { commitMessage } from './commit-message.ts';
import { sha256 } from './digest.ts';
import type { TaskState } from './task.ts';

/** Committing what the stages have changed: exactly this tree, on this commit. */
export function commitAction(state: TaskState): GateAction {
  const { base, tree, paths } = state.uncommitted ?? {};
  return {
    type: 'git.commit',
    target: { branch: state.branchName },
    params: { base, tree, message: commitMessage(state), files: paths ?? [] },
  };
}

/** Merging the task's branch into the base of its project. */
export function mergeAction(state: TaskState): GateAction {
  return {
    type: 'git.merge',
    target: { into: state.plan.config.git.defaultBranch, branch: state.branchName },
    params: { strategy: 'merge' },
  };
}

/** Going on after a stage, with the outputs that were there to be seen. */
export function continueAction(state: TaskState, planned: PlannedGate): GateAction {
  const index = state.plan.stages.findIndex((stage) => stage.name === planned.stage);
  return {
    type: 'stage.continue',
    target: { taskId: state.id, stage: planned.stage },
    params: {
      next: state.plan.stages[index + 1]?.name ?? 'merge',
      attempt: state.attempt,
      outputsSha256: sha256(canonicalJson(state.outputs)),
    },
  };
}
