import type { Work } from '../../src/contract/work.ts';

/** The wait at a gate: ends with the next work, or with nothing when the time or the lease is over. */
export class Hold {
  #early: Work | undefined;
  #end: ((work: Work | undefined) => void) | undefined;

  async wait(holdMs: number): Promise<Work | undefined> {
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) return early;
    const { promise, resolve } = Promise.withResolvers<Work | undefined>();
    this.#end = resolve;
    const timer = setTimeout(resolve, holdMs, undefined);
    const work = await promise;
    clearTimeout(timer);
    this.#end = undefined;
    return work;
  }

  /** Work may come before the answer that says hold; it is kept for then. */
  offer(work: Work): void {
    if (this.#end === undefined) this.#early = work;
    else this.#end(work);
  }

  end(): void {
    this.#end?.(undefined);
  }
}
