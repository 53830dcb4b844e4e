// One work of a lease, from what was asked to what is answered.
import { commitAction } from './commit.ts';
import { bringEarlierWork } from './earlier-work.ts';
import { finishAction } from './finish-action.ts';
import { GitError } from './git.ts';
import { failedWork, type Job, type WorkOutcome } from './job.ts';
import { passGate } from './pass-gate.ts';
import { performMerge } from './perform-merge.ts';
import { performStage } from './perform-stage.ts';
import { withPatch } from './stage-patch.ts';
import { openTree } from './task-tree.ts';

/** Never throws for what git or the machine refuses: that is a failed work. */
export const performWork = async (job: Job): Promise<WorkOutcome> => {
  try {
    if (!(await bringEarlierWork({ ...job.bench, grant: job.grant }))) return treeMissing(job);
    switch (job.work.kind) {
      case 'stage':
        return await withPatch(job, await performStage(job));
      case 'commit':
        return await performCommit(job);
      case 'merge':
        return await performMerge(job);
      default:
        return job.work.kind satisfies never;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isRetryable = !(error instanceof GitError) || error.isRetryable;
    return failedWork(
      error instanceof GitError ? 'git_failed' : 'runner_error',
      message,
      isRetryable,
    );
  }
};

const treeMissing = ({ grant }: Job): WorkOutcome => {
  const { task, resume } = grant;
  const message = `The commit ${resume.commit} of ${task.workBranch} is neither here nor at origin: its stages run again`;
  return failedWork('tree_missing', message, true);
};

const performCommit = async (job: Job): Promise<WorkOutcome> => {
  const { repository } = job.bench;
  const dir = await openTree(job);
  const passed = await passGate(job);
  if (!('action' in passed)) return passed;
  const { action } = passed;
  const outcome = await repository.alone(() => commitAction({ repository, dir, action }));
  return finishAction(job, outcome, job.grant.config.git.autoPush);
};
