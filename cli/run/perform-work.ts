// One work of a lease, from what was asked to what is answered.
import { randomBytes } from 'node:crypto';
import type { Grant } from '../../src/contract/runner.ts';
import type { ResultBody, Work } from '../../src/contract/work.ts';
import type { Terminal } from '../terminal.ts';
import type { ActionOutcome } from './action-outcome.ts';
import { agentEnv } from './agent-env.ts';
import { AgentOutput } from './agent-output.ts';
import { changesOf } from './changes.ts';
import { commitAction } from './commit.ts';
import { bringEarlierWork } from './earlier-work.ts';
import { GitError } from './git.ts';
import type { Progress } from './line-protocol.ts';
import { mergeAction } from './merge.ts';
import { endOrphans, forgetAgent, noteAgent } from './orphans.ts';
import type { Outbox } from './outbox.ts';
import type { AgentProxy } from './proxy.ts';
import type { Repository } from './repository.ts';
import { StageRun } from './stage-run.ts';
import type { Worktrees } from './worktree.ts';

export type WorkOutcome = Pick<
  ResultBody,
  'outcome' | 'exitCode' | 'signal' | 'summary' | 'error' | 'pauseReason' | 'changes'
> & { readonly outputs: Record<string, string> };

export interface Bench {
  readonly command: readonly string[];
  readonly strictLines: boolean;
  readonly repository: Repository;
  readonly worktrees: Worktrees;
  readonly terminal: Terminal;
}

export interface Job {
  readonly bench: Bench;
  readonly grant: Grant;
  readonly work: Work;
  readonly graceMs: number;
  readonly outbox: Outbox;
  readonly proxy: AgentProxy;
  readonly taskFile: string;
  readonly onProgress: (progress: Progress) => void;
  /** Told the run, so that it can be halted. */
  readonly onRun: (run: StageRun) => void;
}

/** Never throws for what git or the machine refuses: that is a failed work. */
export const performWork = async (job: Job): Promise<WorkOutcome> => {
  try {
    if (!(await bringEarlierWork({ ...job.bench, grant: job.grant })))
      return treeMissing(job.grant);
    switch (job.work.kind) {
      case 'stage':
        return await performStage(job);
      case 'commit':
      case 'merge':
        return await performAction(job, job.work.kind);
      default:
        return job.work.kind satisfies never;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof GitError ? 'git_failed' : 'runner_error';
    const retryable = !(error instanceof GitError) || error.isRetryable;
    return {
      outcome: 'failed',
      outputs: {},
      error: { code, message: message.slice(0, 10_000), retryable },
    };
  }
};

const treeMissing = ({ task, resume }: Grant): WorkOutcome => ({
  outcome: 'failed',
  outputs: {},
  error: {
    code: 'tree_missing',
    message: `The commit ${resume.commit} of ${task.branchName} is neither here nor at origin: its stages run again`,
    retryable: true,
  },
});

/** The tree of the task, in which nothing runs any more. */
const openTree = async (job: Job): Promise<string> => {
  const { id, branchName, baseRef } = job.grant.task;
  const { worktrees } = job.bench;
  if (await endOrphans(worktrees.pathOf(id), job.graceMs)) {
    warn(job, 'An agent that an earlier runner left in this work tree was ended.');
  }
  const keepsFiles = job.work.kind === 'commit';
  return worktrees.open({ taskId: id, branch: branchName, baseRef, keepsFiles }, (notice) =>
    warn(job, notice),
  );
};

const performStage = async (job: Job): Promise<WorkOutcome> => {
  const { bench, grant, work, outbox } = job;
  const tree = await openTree(job);
  const lineKey = randomBytes(16).toString('hex');
  const output = new AgentOutput({
    taskId: grant.task.id,
    work,
    rules: { key: lineKey, strict: bench.strictLines },
    outbox,
    terminal: bench.terminal,
    onProgress: job.onProgress,
  });
  const { proxy, taskFile } = job;
  const run = new StageRun({
    command: bench.command,
    cwd: tree,
    env: agentEnv({ grant, work, tree, proxy, lineKey, taskFile }),
    prompt: work.agent?.prompt ?? '',
    output,
    timeoutMs: work.limits.timeoutSeconds * 1_000,
    graceMs: job.graceMs,
    onStart: (groupId) => {
      noteAgent(tree, { groupId, workId: work.workId }).catch(() => undefined);
    },
  });
  job.onRun(run);
  const outcome = await run.run();
  await forgetAgent(tree);
  const changes = await bench.repository.alone(() => changesOf(bench.repository, tree));
  const { files, insertions, deletions } = changes;
  if (files > 0) outbox.push('changes:report', { files, insertions, deletions });
  return { ...outcome, outputs: output.outputs, changes };
};

const performAction = async (job: Job, kind: 'commit' | 'merge'): Promise<WorkOutcome> => {
  const { bench, grant, work } = job;
  const { repository } = bench;
  const { git: config } = grant.config;
  const tree = kind === 'commit' ? await openTree(job) : '';
  const {
    moved,
    outputs = {},
    ...outcome
  } = await repository.alone(
    (): Promise<ActionOutcome> =>
      kind === 'commit'
        ? commitAction({ repository, dir: tree, action: work.action })
        : mergeAction({
            repository,
            action: work.action,
            description: grant.task.description,
            tell: (notice) => warn(job, notice),
          }),
  );
  const isPushed = kind === 'commit' ? config.autoPush : config.pushAfterTask;
  if (moved !== undefined && isPushed) {
    const complaint = await repository.alone(() => repository.push(moved));
    if (complaint !== undefined) warn(job, complaint);
  }
  return { ...outcome, outputs };
};

const warn = (job: Job, message: string): void => {
  job.outbox.push('log:entry', { level: 'warn', message, stage: job.work.stage });
  job.bench.terminal.warn(message);
};
