import type { GateAction } from '../contract/gate.ts';
import type { PlannedGate } from '../contract/plan.ts';
import { canonicalJson } from './canonical-json.ts';
import { commitMessage } from './commit-message.ts';
import { sha256 } from './digest.ts';
import { type TaskState, workBranch } from './task.ts';

/** What a person reads of the files; the tree alone says what is committed. */
const FILES_CHARS_MAX = 4_000;

/** As many names as are read by anybody, and how many there are. */
function filesOf(paths: readonly string[]): { files: string[]; fileCount: number } {
  const files: string[] = [];
  let chars = 0;
  for (const path of paths) {
    chars += path.length;
    if (chars > FILES_CHARS_MAX) break;
    files.push(path);
  }
  return { files, fileCount: paths.length };
}

/** Committing what the stages have changed: exactly this tree, on this commit. */
export function commitAction(state: TaskState): GateAction {
  const { base, tree, paths } = state.uncommitted ?? {};
  return {
    type: 'git.commit',
    target: { branch: workBranch(state) },
    params: { base, tree, message: commitMessage(state), ...filesOf(paths ?? []) },
  };
}

/** What a task is merged into: the base of its project, or the branch of its parent. */
export const baseRef = ({ parent, plan }: TaskState): string =>
  parent?.branch ?? plan.config.git.defaultBranch;

/** Merging the task's branch into its base. */
export function mergeAction(state: TaskState): GateAction {
  return {
    type: 'git.merge',
    target: { into: baseRef(state), branch: workBranch(state) },
    // Exactly these commits: what is added after an approval is asked about again.
    params: {
      strategy: 'merge',
      ...(state.lastCommit === undefined ? {} : { head: state.lastCommit }),
    },
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

/** What is approved at the point of a planned gate. */
export function pointAction(state: TaskState, planned: PlannedGate): GateAction {
  switch (planned.at) {
    case 'commit':
      return commitAction(state);
    case 'merge':
      return mergeAction(state);
    case 'after':
      return continueAction(state, planned);
    default:
      return planned.at satisfies never;
  }
}
