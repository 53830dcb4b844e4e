import { randomBytes } from 'node:crypto';
import { AgentSession } from './adapters/agent-session.ts';
import { agentEnv } from './agent-env.ts';
import { AgentOutput } from './agent-output.ts';
import { askPeople } from './ask-people.ts';
import { changesOf } from './changes.ts';
import { cleanText } from './clean-text.ts';
import { faultOf } from './command-fault.ts';
import type { CommandEnd, CommandRun } from './command-run.ts';
import type { Job, WorkOutcome } from './job.ts';
import { openTree, runInTree } from './task-tree.ts';

/** Runs the agent command for one stage, and says what it did and what it changed. */
export const performStage = async (job: Job): Promise<WorkOutcome> => {
  const { bench, grant, work, outbox, proxy, taskFile } = job;
  const tree = await openTree(job);
  const lineKey = randomBytes(16).toString('hex');
  outbox.hide(lineKey);
  const session = new AgentSession({ ...bench, work, outbox, memory: job.memory });
  let current: CommandRun | undefined;
  const onRun = (run: CommandRun): void => {
    current = run;
    job.onRun(run);
  };
  const asks: Promise<void>[] = [];
  const output = new AgentOutput({
    taskId: grant.task.id,
    work,
    rules: { key: lineKey, strict: bench.strictLines },
    outbox,
    terminal: bench.terminal,
    onProgress: job.onProgress,
    onGate: (asked) => asks.push(askPeople(job, asked)),
    session,
    onFull: () => current?.halt('pause', job.graceMs, 'session_limit'),
    onArtifact: (asked) => job.artifacts.leave(tree, asked),
  });
  const timeoutMs = work.limits.timeoutSeconds * 1_000;
  const end = await runInTree(
    { ...job, onRun },
    {
      command: session.command,
      cwd: tree,
      env: agentEnv({ grant, work, tree, proxy, lineKey, taskFile }),
      input: work.agent?.prompt ?? '',
      output,
      timeoutMs,
    },
  );
  await Promise.all(asks);
  const changes = await bench.repository.alone(() => changesOf(bench.repository, tree));
  const { files, insertions, deletions } = changes;
  if (files > 0) outbox.push('changes:report', { files, insertions, deletions });
  const outcome = outcomeOf(end, output, timeoutMs);
  session.end(outcome.outcome !== 'failed' && outcome.pauseReason !== 'session_limit');
  return { ...outcome, outputs: output.outputs, changes };
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
  const { failure } = output;
  if (failure?.pauseReason !== undefined && isItsOwn(end, timeoutMs)) {
    const { message, pauseReason } = failure;
    return { ...ended, outcome: 'paused', pauseReason, summary: message.slice(0, 10_000) };
  }
  const error = errorOf(end, output, timeoutMs);
  if (error !== undefined) return { ...ended, outcome: 'failed', error };
  return { ...ended, outcome: 'completed', ...(decompose === undefined ? {} : { decompose }) };
};

/** What the command says of itself explains its end better, unless the end was not its own. */
const isItsOwn = (end: CommandEnd, timeoutMs: number): boolean => {
  const code = faultOf(end, timeoutMs)?.code;
  return code !== 'spawn_failed' && code !== 'timeout';
};

const errorOf = (end: CommandEnd, output: AgentOutput, timeoutMs: number): WorkOutcome['error'] => {
  const { failure, complaint } = output;
  const fault = faultOf(end, timeoutMs);
  if (failure !== undefined && isItsOwn(end, timeoutMs)) {
    const { message, retryable } = failure;
    return { code: 'agent_failed', message: cleanText(message).slice(0, 10_000), retryable };
  }
  if (fault === undefined) return undefined;
  const tail = fault.code === 'agent_exit' && complaint !== '' ? `: ${complaint}` : '';
  return { code: fault.code, message: `The command ${fault.how}${tail}`, retryable: true };
};
