import type { BundleBlock, BundleManifest } from '../src/contract/bundle.ts';
import { BadEntry } from './bad-entry.ts';
import { sha256 } from './digest.ts';

/** The hash before the first block of a task. */
export const chainStart = (task: string): Promise<string> => sha256(`sluice-log-1\n${task}`);

const hashOf = ({
  prev,
  first,
  last,
  at,
  kind,
  epoch,
  producer,
  bodyHash,
}: BundleBlock): Promise<string> =>
  sha256(
    ['sluice-block-1', prev, first, last, at, kind, epoch, producer ?? '', bodyHash].join('\n'),
  );

/** Steps 2 and 3: no hole, each hash that of its block, each block after the one before it. */
export class Chain {
  readonly #prunedTo: number;
  readonly #task: string;
  /** Absent before the first. */
  #prev: string | undefined;
  #next = 1;
  /** The line of the first body that is there, of the kind that goes. */
  #keptAt: number | undefined;
  #goneTo = 0;
  #goneAt = 0;

  constructor({ task, pruned }: BundleManifest) {
    this.#task = task;
    this.#prunedTo = pruned[0]?.[1] ?? 0;
  }

  async add(block: BundleBlock, line: number): Promise<void> {
    const wrong = (what: string) => new BadEntry(line, what);
    const { first, last, prev, body, bodyHash, hash } = block;
    if (first !== this.#next || last < first) {
      throw wrong(`it holds events ${first} to ${last}, and ${this.#next} is next`);
    }
    if (body !== null && (await sha256(body)) !== bodyHash) throw wrong('its body was changed');
    if ((await hashOf(block)) !== hash) throw wrong('it was changed: its hash is another');
    if (prev !== (this.#prev ?? (await chainStart(this.#task))))
      throw wrong('the block before it is another');
    if (block.kind === 'p') this.#note(block, line);
    [this.#prev, this.#next] = [hash, last + 1];
  }

  #note({ body, last }: BundleBlock, line: number): void {
    if (body !== null) {
      this.#keptAt ??= line;
      return;
    }
    // The oldest go first.
    if (this.#keptAt !== undefined || this.#prunedTo === 0) {
      throw new BadEntry(line, 'its body is missing, and the manifest does not say so');
    }
    [this.#goneTo, this.#goneAt] = [last, line];
  }

  /** What the manifest says is gone is what is gone. */
  finish(): void {
    if (this.#goneTo === this.#prunedTo) return;
    throw new BadEntry(
      1,
      `it says that bodies are gone up to event ${this.#prunedTo}, and the last that is gone is ${this.#goneTo} (line ${this.#goneAt})`,
    );
  }
}
