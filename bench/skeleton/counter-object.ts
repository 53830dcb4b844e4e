import { DurableObject } from 'cloudflare:workers';

/** Counts what is asked, in memory: the least that a limit on requests can do. */
export class CounterObject extends DurableObject {
  #count = 0;

  add(count: number): number {
    this.#count += count;
    return this.#count;
  }
}
