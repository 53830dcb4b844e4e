import type { Work } from '../../src/contract/work.ts';
import { ageText, type Terminal } from '../terminal.ts';

/** Tells a person about one task: where it is, how old, what happened. */
export class TaskLine {
  work: Work;
  readonly #taskId: string;
  readonly #terminal: Terminal;
  readonly #startedAt = performance.now();

  constructor(options: { taskId: string; work: Work; terminal: Terminal }) {
    this.#taskId = options.taskId;
    this.#terminal = options.terminal;
    this.work = options.work;
  }

  /** The task and where it is, for a list. */
  get label(): string {
    const { stage, index, of } = this.work;
    return `${this.#taskId} (${stage} ${index}/${of})`;
  }

  /** The task in one line, as it is now. */
  status(spooledBytes: number): string {
    const { stage, index, of } = this.work;
    const age = ageText(performance.now() - this.#startedAt);
    const disk = spooledBytes === 0 ? '' : `  ${sizeText(spooledBytes)} wait on disk`;
    return `${this.#taskId}  ${index}/${of} ${stage}  ${age}${disk}  ${this.#terminal.doingOf(this.#taskId)}`;
  }

  say(text: string): void {
    const { stage, index, of } = this.work;
    const sinceMs = performance.now() - this.#startedAt;
    this.#terminal.change({
      taskId: this.#taskId,
      where: `${index}/${of} ${stage}`,
      sinceMs,
      text,
    });
  }
}

const sizeText = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
