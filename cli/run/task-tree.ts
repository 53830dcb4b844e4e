import { type CommandEnd, CommandRun, type CommandRunOptions } from './command-run.ts';
import { type Job, warn } from './job.ts';
import { endOrphans, forgetAgent, noteAgent } from './orphans.ts';
import { bringPatch } from './stage-patch.ts';
import { ensureSubtaskBase } from './subtask-base.ts';

/** The branch that a subtask is made from is there afterwards; an ordinary task takes what is there. */
export const ensureBase = async (job: Job): Promise<void> => {
  const { task, config } = job.grant;
  const { repository } = job.bench;
  if (task.parentTaskId === null) return;
  const { defaultBranch } = config.git;
  const tell = (notice: string): void => warn(job, notice);
  await repository.alone(() =>
    ensureSubtaskBase({ repository, branch: task.baseRef, defaultBranch, tell }),
  );
};

/** The tree of the task, in which nothing runs any more. */
export const openTree = async (job: Job): Promise<string> => {
  const { id, workBranch, baseRef } = job.grant.task;
  const { worktrees } = job.bench;
  if (await endOrphans(worktrees.pathOf(id), job.graceMs)) {
    warn(job, 'A command that an earlier runner left in this work tree was ended.');
  }
  await ensureBase(job);
  const keepsFiles = job.work.kind === 'commit';
  const request = { taskId: id, branch: workBranch, baseRef, keepsFiles };
  const tree = await worktrees.open(request, (notice) => warn(job, notice));
  await bringPatch(job, tree);
  return tree;
};

/** Runs a command in the tree, so that it can be halted, and ended by whoever opens the tree after a crash. */
export const runInTree = async (
  job: Job,
  options: Omit<CommandRunOptions, 'graceMs' | 'onStart'>,
): Promise<CommandEnd> => {
  const { workId } = job.work;
  let noted: Promise<void> = Promise.resolve();
  const run = new CommandRun({
    ...options,
    graceMs: job.graceMs,
    onStart: (groupId) => {
      noted = noteAgent(options.cwd, { groupId, workId }).catch(() => undefined);
    },
  });
  job.onRun(run);
  const end = await run.run();
  await noted;
  await forgetAgent(options.cwd);
  return end;
};
