// What has to hold before a merge: the commands that the project configured for lint, build and test.
import { workEnv } from './agent-env.ts';
import { CheckOutput } from './check-output.ts';
import { restoreTree } from './checked-tree.ts';
import { faultOf } from './command-fault.ts';
import { commandWords } from './command-words.ts';
import { failedWork, type Job, type WorkOutcome } from './job.ts';
import { missingScript } from './npm-script.ts';
import { TaskLog } from './task-log.ts';
import { openTree, runInTree } from './task-tree.ts';

const ORDER = ['lintCommand', 'buildCommand', 'testCommand'] as const;

interface Check {
  readonly job: Job;
  readonly command: string;
  readonly tree: string;
  readonly log: TaskLog;
  readonly leftMs: number;
}

/** Checks this commit of the task's branch; undefined when it may be merged. */
export const runChecks = async (job: Job, head: string): Promise<WorkOutcome | undefined> => {
  const { grant, work, outbox, bench } = job;
  const tree = await openTree(job);
  const log = new TaskLog({
    taskId: grant.task.id,
    agent: 'check',
    stage: 'merge',
    outbox,
    terminal: bench.terminal,
  });
  const deadline = performance.now() + work.limits.timeoutSeconds * 1_000;
  for (const name of ORDER) {
    const moved = await restoreTree(job, { tree, head, isFirst: name === ORDER[0] });
    if (moved !== undefined) return moved;
    const leftMs = Math.max(1, deadline - performance.now());
    const stopped = await runCheck({ job, command: grant.config.project[name], tree, log, leftMs });
    if (stopped !== undefined) return stopped;
  }
  return undefined;
};

const runCheck = async (check: Check): Promise<WorkOutcome | undefined> => {
  const { job, command, tree, log, leftMs } = check;
  const words = commandWords(command);
  if (typeof words === 'string') return failedCheck(check, words);
  const missing = await missingScript(words, tree);
  if (missing !== undefined) {
    log.write('info', `Check skipped: ${command} (${missing})`);
    return undefined;
  }
  log.write('info', `Check begins: ${command}`);
  const startedAt = performance.now();
  const end = await runInTree(job, {
    command: words,
    cwd: tree,
    env: workEnv({ ...job, tree }),
    input: '',
    output: new CheckOutput(job.outbox, log),
    timeoutMs: leftMs,
  });
  if (end.halted === 'pause') {
    return { outcome: 'paused', pauseReason: end.pauseReason, outputs: {} };
  }
  const fault = faultOf(end, job.work.limits.timeoutSeconds * 1_000);
  if (fault !== undefined) return failedCheck(check, fault.how, end.exit.code);
  const seconds = (performance.now() - startedAt) / 1_000;
  log.write('info', `Check passed: ${command} (${seconds.toFixed(1)} s)`);
  return undefined;
};

/** A failed check is the answer, not an accident: the same commit would fail it again. */
const failedCheck = (check: Check, how: string, exitCode: number | null = null): WorkOutcome => {
  const message = `Check failed: ${check.command} (${how})`;
  check.log.write('error', message);
  return { ...failedWork('check_failed', message, false), exitCode };
};
