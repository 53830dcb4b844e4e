import type { Work } from '../../src/contract/work.ts';
import type { Terminal } from '../terminal.ts';

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
