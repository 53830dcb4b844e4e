import type { Terminal } from '../terminal.ts';
import { cleanText, cutText } from './clean-text.ts';
import type { Outbox } from './outbox.ts';
import { PemLines } from './pem-lines.ts';

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
  readonly #pem = new PemLines();

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Gives the line as it was logged; the log of a task takes no empty one. */
  write(level: string, text: string, dropped = 0): string {
    const { taskId, agent, stage, outbox, terminal } = this.#options;
    // Hidden before it is cut: half a secret would not be known for one.
    const shown = outbox.mask(this.#pem.take(cleanText(text)));
    const message = cutText(shown, MESSAGE_BYTES_MAX, dropped);
    terminal.agent({ taskId, text: message });
    if (message.trim() === '') return '';
    const speaker = agent === undefined ? {} : { agent };
    outbox.push('log:entry', { level, message, ...speaker, stage });
    return message;
  }
}
