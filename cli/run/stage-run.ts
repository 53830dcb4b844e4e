// One run of the agent command for one stage: from its prompt to the death of its last process.
import type { ResultBody } from '../../src/contract/work.ts';
import type { AgentOutput } from './agent-output.ts';
import { pauseFor } from './pause-for.ts';
import { type Exit, endGroup, type ProcessGroup, startGroup } from './process-group.ts';

export type HaltReason = 'timeout' | 'pause' | 'over';
export type Outcome = Pick<
  ResultBody,
  'outcome' | 'exitCode' | 'signal' | 'summary' | 'error' | 'pauseReason'
>;

/** Leftovers of a command that has ended have said what they had to say. */
const LEFTOVER_GRACE_MS = 2_000;
/** A pipe held open by a process that left the group is closed after so long without a byte. */
const ORPHAN_PIPE_MS = 1_000;
const TIMER_MS_MAX = 2_147_483_647;

interface StageRunOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly prompt: string;
  readonly output: AgentOutput;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly onStart?: (groupId: number) => void;
}

export class StageRun {
  readonly #options: StageRunOptions;
  #group: ProcessGroup | undefined;
  #halted: HaltReason | undefined;
  #pauseReason = 'manual';
  #hasExited = false;

  constructor(options: StageRunOptions) {
    this.#options = options;
  }

  /** Resolves when no process of the group lives and every line of it was read. */
  async run(): Promise<Outcome> {
    const { command, cwd, env, prompt, output, timeoutMs, graceMs } = this.#options;
    if (this.#halted !== undefined) return this.#outcome({ code: null, signal: null }, true);
    const group = startGroup({ command, cwd, env, input: prompt });
    this.#group = group;
    if (group.id !== undefined) this.#options.onStart?.(group.id);
    const reading = Promise.all([
      output.read(group.stdout, 'info'),
      output.read(group.stderr, 'warn'),
    ]);
    const timer = setTimeout(
      () => this.halt('timeout', graceMs),
      Math.min(timeoutMs, TIMER_MS_MAX),
    );
    const exit = await group.exit;
    this.#hasExited = true;
    clearTimeout(timer);
    const isDead =
      group.id === undefined || (await endGroup(group.id, Math.min(graceMs, LEFTOVER_GRACE_MS)));
    await this.#finishReading(group, reading);
    return this.#outcome(exit, isDead);
  }

  /** Ends the command; a second call with a shorter grace wins. */
  halt(reason: HaltReason, graceMs: number, pauseReason?: string): void {
    if (this.#hasExited && reason !== 'over') return;
    if (this.#halted !== 'over') this.#halted = reason;
    if (pauseReason !== undefined) this.#pauseReason = pauseReason;
    if (this.#group?.id !== undefined) void endGroup(this.#group.id, graceMs);
  }

  async #finishReading(group: ProcessGroup, reading: Promise<unknown>): Promise<void> {
    const { output } = this.#options;
    const read = new AbortController();
    const isRead = reading.then(() => read.abort());
    while (!read.signal.aborted) {
      await pauseFor(ORPHAN_PIPE_MS, read.signal);
      if (output.silentMs < ORPHAN_PIPE_MS && this.#halted !== 'over') continue;
      group.stdout.destroy();
      group.stderr.destroy();
    }
    await isRead;
  }

  #outcome(exit: Exit, isDead: boolean): Outcome {
    const { output, timeoutMs } = this.#options;
    const ended = {
      exitCode: exit.code,
      signal: exit.signal,
      ...(output.summary === '' ? {} : { summary: output.summary }),
    };
    if (this.#halted === 'pause') {
      return { ...ended, outcome: 'paused', pauseReason: this.#pauseReason };
    }
    const error = this.#error(exit, isDead, timeoutMs);
    return error === undefined
      ? { ...ended, outcome: 'completed' }
      : { ...ended, outcome: 'failed', error };
  }

  #error(exit: Exit, isDead: boolean, timeoutMs: number): ResultBody['error'] {
    const { output, command } = this.#options;
    if (exit.startError !== undefined) {
      const message = `${command[0] ?? ''} could not be started: ${exit.startError}`;
      return { code: 'spawn_failed', message, retryable: true };
    }
    if (this.#halted === 'timeout') {
      const message = `The command did not end within ${Math.round(timeoutMs / 1_000)} s`;
      return { code: 'timeout', message, retryable: true };
    }
    if (output.failure !== undefined) return { code: 'agent_failed', ...output.failure };
    if (!isDead) {
      const message = 'Processes of the command could not be ended';
      return { code: 'process_left', message, retryable: true };
    }
    if (exit.code === 0) return undefined;
    const how =
      exit.signal === null ? `exited with code ${exit.code}` : `was ended by ${exit.signal}`;
    const tail = output.complaint === '' ? '' : `: ${output.complaint}`;
    return { code: 'agent_exit', message: `The command ${how}${tail}`, retryable: true };
  }
}
