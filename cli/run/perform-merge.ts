import { runChecks } from './checks.ts';
import { finishAction } from './finish-action.ts';
import { failedWork, type Job, type WorkOutcome, warn } from './job.ts';
import { headToMerge, mergeAction } from './merge.ts';
import { passGate } from './pass-gate.ts';
import { ensureBase } from './task-tree.ts';

/** Checks what is on the branch of the task, then merges exactly that. A subtask is checked with its parent. */
export const performMerge = async (job: Job): Promise<WorkOutcome> => {
  const { grant, work, bench } = job;
  const { repository } = bench;
  const isSubtask = grant.task.parentTaskId !== null;
  const head = isSubtask
    ? undefined
    : await repository.alone(() => headToMerge(repository, work.action));
  if (head !== undefined) {
    const stopped = await runChecks(job, head);
    if (stopped !== undefined) return stopped;
  }
  await ensureBase(job);
  // A task may be cancelled between the end of its last check and its merge.
  if (job.isOver()) return failedWork('lease_over', 'The lease ended before the merge', true);
  const passed = await passGate(job);
  if (!('action' in passed)) return passed;
  const { action } = passed;
  const merged = await repository.alone(() =>
    mergeAction({
      repository,
      action,
      description: grant.task.description,
      tell: (notice) => warn(job, notice),
      ...(head === undefined ? {} : { head }),
    }),
  );
  return finishAction(job, merged, grant.config.git.pushAfterTask);
};
