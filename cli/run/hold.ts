import type { Work } from '../../src/contract/work.ts';

/** The wait at a gate: ends with the next work, or with nothing when the time or the lease is over. */
export class Hold {
  #early: Work | undefined;
  readonly #begun = new Set<string>();
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

  /** The same work comes by the answer to a result and by command; it is done once. */
  begin(workId: string): void {
    this.#begun.add(workId);
    if (this.#early?.workId === workId) this.#early = undefined;
  }

  /** Work may come before the answer that says hold; it is kept for then. */
  offer(work: Work): void {
    if (this.#begun.has(work.workId)) return;
    if (this.#end === undefined) this.#early = work;
    else this.#end(work);
  }

  end(): void {
    this.#end?.(undefined);
  }
}
