import { randomBytes } from 'node:crypto';
import { agentEnv } from './agent-env.ts';
import { AgentOutput } from './agent-output.ts';
import { changesOf } from './changes.ts';
import { faultOf } from './command-fault.ts';
import type { CommandEnd } from './command-run.ts';
import type { Job, WorkOutcome } from './job.ts';
import { openTree, runInTree } from './task-tree.ts';

/** Runs the agent command for one stage, and says what it did and what it changed. */
export const performStage = async (job: Job): Promise<WorkOutcome> => {
  const { bench, grant, work, outbox, proxy, taskFile } = job;
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
  const timeoutMs = work.limits.timeoutSeconds * 1_000;
  const end = await runInTree(job, {
    command: bench.command,
    cwd: tree,
    env: agentEnv({ grant, work, tree, proxy, lineKey, taskFile }),
    input: work.agent?.prompt ?? '',
    output,
    timeoutMs,
  });
  const changes = await bench.repository.alone(() => changesOf(bench.repository, tree));
  const { files, insertions, deletions } = changes;
  if (files > 0) outbox.push('changes:report', { files, insertions, deletions });
  return { ...outcomeOf(end, output, timeoutMs), outputs: output.outputs, changes };
};

const outcomeOf = (
  end: CommandEnd,
  output: AgentOutput,
  timeoutMs: number,
): Omit<WorkOutcome, 'outputs'> => {
  const { summary, decompose } = output;
  const ended = {
    exitCode: end.exit.code,
    signal: end.exit.signal,
    ...(summary === '' ? {} : { summary }),
  };
  if (end.halted === 'pause') return { ...ended, outcome: 'paused', pauseReason: end.pauseReason };
  const error = errorOf(end, output, timeoutMs);
  if (error !== undefined) return { ...ended, outcome: 'failed', error };
  return { ...ended, outcome: 'completed', ...(decompose === undefined ? {} : { decompose }) };
};

const errorOf = (end: CommandEnd, output: AgentOutput, timeoutMs: number): WorkOutcome['error'] => {
  const { failure, complaint } = output;
  const fault = faultOf(end, timeoutMs);
  // What the command says of itself explains its end better, unless it was not its own.
  const isItsOwn = fault?.code !== 'spawn_failed' && fault?.code !== 'timeout';
  if (failure !== undefined && isItsOwn) return { code: 'agent_failed', ...failure };
  if (fault === undefined) return undefined;
  const tail = fault.code === 'agent_exit' && complaint !== '' ? `: ${complaint}` : '';
  return { code: fault.code, message: `The command ${fault.how}${tail}`, retryable: true };
};
