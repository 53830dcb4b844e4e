import type { Grant } from '../../src/contract/runner.ts';
import type { ResultBody, Work } from '../../src/contract/work.ts';
import type { Terminal } from '../terminal.ts';
import type { LeaseMemory } from './adapters/agent-session.ts';
import type { AdapterName } from './adapters/choose.ts';
import { cleanText } from './clean-text.ts';
import type { CommandRun } from './command-run.ts';
import type { LeaseGates } from './lease-gates.ts';
import type { Progress } from './line-protocol.ts';
import type { Outbox } from './outbox.ts';
import type { AgentProxy } from './proxy.ts';
import type { Repository } from './repository.ts';
import type { TaskArtifacts } from './task-artifacts.ts';
import type { Worktrees } from './worktree.ts';

export type WorkOutcome = Pick<
  ResultBody,
  | 'outcome'
  | 'exitCode'
  | 'signal'
  | 'summary'
  | 'error'
  | 'pauseReason'
  | 'changes'
  | 'decompose'
  | 'effectiveHash'
> & { readonly outputs: Record<string, string> };

/** What a runner works with, whatever the task. */
export interface Bench {
  readonly command: readonly string[];
  /** The format that the command writes. */
  readonly adapter: AdapterName;
  /** A name for this machine. */
  readonly machine: string;
  readonly strictLines: boolean;
  readonly repository: Repository;
  readonly worktrees: Worktrees;
  readonly terminal: Terminal;
}

/** One work of a lease, and all that is needed to do it. */
export interface Job {
  readonly bench: Bench;
  readonly grant: Grant;
  readonly work: Work;
  readonly graceMs: number;
  readonly outbox: Outbox;
  readonly memory: LeaseMemory;
  readonly proxy: AgentProxy;
  readonly taskFile: string;
  readonly artifacts: TaskArtifacts;
  readonly onProgress: (progress: Progress) => void;
  /** Told each run of a command, so that it can be halted. */
  readonly onRun: (run: CommandRun) => void;
  /** True once the lease has ended: nothing may be done in its name any more. */
  readonly isOver: () => boolean;
  readonly gates: LeaseGates;
}

/** Tells the log of the task, and the person at the runner. */
export const warn = (job: Job, message: string): void => {
  job.outbox.push('log:entry', { level: 'warn', message, stage: job.work.stage });
  job.bench.terminal.warn(message);
};

/** A work that went wrong before or beside its command. */
export const failedWork = (code: string, message: string, retryable: boolean): WorkOutcome => ({
  outcome: 'failed',
  outputs: {},
  error: { code, message: cleanText(message.slice(0, 10_000)), retryable },
});
