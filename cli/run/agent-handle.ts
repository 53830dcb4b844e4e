import type { CommandRun, HaltReason } from './command-run.ts';

export interface Halt {
  readonly reason: HaltReason;
  readonly graceMs: number;
  readonly pauseReason?: string;
}

/** The command that runs now, if any. A halt that comes while its work tree is made waits for it. */
export class AgentHandle {
  #run: CommandRun | undefined;
  #pending: Halt | undefined;

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  attach(run: CommandRun): void {
    this.#run = run;
    if (this.#pending !== undefined) this.halt(this.#pending);
  }

  /** The work has ended; what was to halt it has nothing left to do. */
  detach(): void {
    this.#run = undefined;
    this.#pending = undefined;
  }

  halt(halt: Halt): void {
    this.#pending = halt;
    this.#run?.halt(halt.reason, halt.graceMs, halt.pauseReason);
  }
}
