import type { Readable } from 'node:stream';
import type { CommandOutput } from './command-run.ts';
import type { Outbox } from './outbox.ts';
import { OutputReader } from './output-reader.ts';
import type { TaskLog } from './task-log.ts';

/** Both streams of a check, as they are: a check asks nothing of Sluice, whatever its lines look like. */
export class CheckOutput implements CommandOutput {
  readonly #reader: OutputReader;
  readonly #log: TaskLog;

  constructor(outbox: Outbox, log: TaskLog) {
    this.#reader = new OutputReader(outbox);
    this.#log = log;
  }

  get isHeldBack(): boolean {
    return this.#reader.isHeldBack;
  }

  get silentMs(): number {
    return this.#reader.silentMs;
  }

  /** Reads a stream to its end. */
  read(stream: Readable, level: 'info' | 'warn'): Promise<void> {
    return this.#reader.read(stream, {
      onLine: ({ text, dropped }) => void this.#log.write(level, text, dropped),
      mayCut: () => true,
    });
  }
}
