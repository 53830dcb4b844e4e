// The two streams of a command as lines, no faster than its events can be sent.
import type { Readable } from 'node:stream';
import type { Outbox } from './outbox.ts';
import { type Line, LineSplitter } from './split-lines.ts';

/** A prompt without a line end is shown after so long. */
const REST_MS_MAX = 2_000;

interface Listener {
  readonly onLine: (line: Line) => void;
  /** Whether the start of a line that does not end may be taken for a line. */
  readonly mayCut: (rest: string) => boolean;
  /** A longer line is cut. */
  readonly lineCharsMax?: number;
}

export class OutputReader {
  readonly #outbox: Outbox;
  #lastDataAt = performance.now();
  #paused = 0;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** True while the outbox holds a stream back. */
  get isHeldBack(): boolean {
    return this.#paused > 0;
  }

  /** How long both streams have been silent; 0 while they are held back. */
  get silentMs(): number {
    return this.isHeldBack ? 0 : performance.now() - this.#lastDataAt;
  }

  /** Reads a stream to its end. */
  async read(stream: Readable, { onLine, mayCut, lineCharsMax }: Listener): Promise<void> {
    const splitter = new LineSplitter(lineCharsMax);
    const take = (lines: readonly Line[]): void => {
      for (const line of lines) onLine(line);
    };
    let restTimer: NodeJS.Timeout | undefined;
    try {
      for await (const chunk of stream) {
        clearTimeout(restTimer);
        this.#lastDataAt = performance.now();
        take(splitter.push(chunk as Uint8Array));
        if (splitter.hasRest && mayCut(splitter.rest)) {
          restTimer = setTimeout(() => take(splitter.flush()), REST_MS_MAX);
        }
        this.#paused += 1;
        await this.#outbox.whenRoom();
        this.#paused -= 1;
      }
    } catch {
      // The stream was destroyed: a process outside the group held it open.
    }
    clearTimeout(restTimer);
    take(splitter.end());
  }
}
