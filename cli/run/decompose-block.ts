import type { DecomposeBody } from '../../src/contract/subtask.ts';
import { DECOMPOSE_BYTES_MAX, readDecompose } from './decompose.ts';
import type { Line } from './split-lines.ts';

const OPENING = /^```decompose\s*$/;
const CLOSING = /^```\s*$/;

/** The block that is fenced by a line ```decompose and a line ```, as a model writes it. */
export class DecomposeBlock {
  #lines: string[] | undefined;
  #bytes = 0;
  readonly #onEnd: (asked: DecomposeBody | string) => void;

  constructor(onEnd: (asked: DecomposeBody | string) => void) {
    this.#onEnd = onEnd;
  }

  get isOpen(): boolean {
    return this.#lines !== undefined;
  }

  /** True where the line is one of the block, its fences included. */
  take({ text, dropped }: Line): boolean {
    if (this.#lines === undefined) {
      if (!OPENING.test(text)) return false;
      this.#lines = [];
      this.#bytes = 0;
      return true;
    }
    if (CLOSING.test(text)) {
      this.#close(readDecompose(this.#lines.join('\n')));
      return true;
    }
    this.#bytes += Buffer.byteLength(text) + dropped + 1;
    // A fence that never closes must not keep the whole output in memory.
    if (this.#bytes <= DECOMPOSE_BYTES_MAX) this.#lines.push(text);
    return true;
  }

  /** The output is over. */
  end(): void {
    if (this.isOpen) this.#close('it is not closed');
  }

  #close(asked: DecomposeBody | string): void {
    this.#lines = undefined;
    this.#onEnd(this.#bytes > DECOMPOSE_BYTES_MAX ? 'it is larger than 64 KiB' : asked);
  }
}
