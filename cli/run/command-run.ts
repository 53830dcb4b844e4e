// One run of a command in a work tree: from its start to the death of its last process.
import type { Readable } from 'node:stream';
import { pauseFor } from './pause-for.ts';
import { type Exit, endGroup, type ProcessGroup, startGroup } from './process-group.ts';

export type HaltReason = 'timeout' | 'pause' | 'over';

/** Leftovers of a command that has ended have said what they had to say. */
const LEFTOVER_GRACE_MS = 2_000;
/** A pipe held open by a process that left the group is closed after so long without a byte. */
const ORPHAN_PIPE_MS = 1_000;
/** And after so many times that, though such a process writes on and on. */
const ORPHAN_PIPE_WAITS_MAX = 5;
const TIMER_MS_MAX = 2_147_483_647;

/** Who reads what the command writes. */
export interface CommandOutput {
  readonly isHeldBack: boolean;
  readonly silentMs: number;
  read(stream: Readable, level: 'info' | 'warn'): Promise<void>;
}

export interface CommandRunOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  readonly output: CommandOutput;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly onStart: (groupId: number) => void;
}

export interface CommandEnd {
  readonly exit: Exit;
  /** Whether no process of the group lives any more. */
  readonly isDead: boolean;
  readonly halted: HaltReason | undefined;
  readonly pauseReason: string;
}

export class CommandRun {
  readonly #options: CommandRunOptions;
  #group: ProcessGroup | undefined;
  #halted: HaltReason | undefined;
  #pauseReason = 'manual';
  #hasExited = false;

  constructor(options: CommandRunOptions) {
    this.#options = options;
  }

  /** Resolves when no process of the group lives and every line of it was read. */
  async run(): Promise<CommandEnd> {
    const { output, timeoutMs, graceMs } = this.#options;
    if (this.#halted !== undefined) return this.#end({ code: null, signal: null }, true);
    const group = startGroup(this.#options);
    this.#group = group;
    if (group.id !== undefined) this.#options.onStart(group.id);
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
    return this.#end(exit, isDead);
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
    let waits = 0;
    while (!read.signal.aborted) {
      await pauseFor(ORPHAN_PIPE_MS, read.signal);
      if (!output.isHeldBack) waits += 1;
      const mayGoOn = output.silentMs < ORPHAN_PIPE_MS && waits < ORPHAN_PIPE_WAITS_MAX;
      if (mayGoOn && this.#halted !== 'over') continue;
      group.stdout.destroy();
      group.stderr.destroy();
    }
    await isRead;
  }

  #end(exit: Exit, isDead: boolean): CommandEnd {
    return { exit, isDead, halted: this.#halted, pauseReason: this.#pauseReason };
  }
}
