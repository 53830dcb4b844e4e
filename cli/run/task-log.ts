import type { Terminal } from '../terminal.ts';
import { cleanText, cutText } from './clean-text.ts';
import type { Outbox } from './outbox.ts';

/** One event is at most 64 KiB of JSON; the rest of it needs a little room. */
export const MESSAGE_BYTES_MAX = 60_000;

interface LogOptions {
  readonly taskId: string;
  /** Who speaks. */
  readonly agent: string | undefined;
  readonly stage: string;
  readonly outbox: Outbox;
  readonly terminal: Terminal;
}

/** The log of a task as one speaker writes it: a line here is an entry there. */
export class TaskLog {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Gives the line as it was logged; the log of a task takes no empty one. */
  write(level: string, text: string, dropped = 0): string {
    const message = cutText(cleanText(text), MESSAGE_BYTES_MAX, dropped);
    const { taskId, agent, stage, outbox, terminal } = this.#options;
    terminal.agent({ taskId, text: message });
    if (text.trim() === '') return '';
    const speaker = agent === undefined ? {} : { agent };
    outbox.push('log:entry', { level, message, ...speaker, stage });
    return message;
  }
}
