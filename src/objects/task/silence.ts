/** Notices when nothing has been heard for a while. One timer at most, so an object that waits for nobody may sleep. */
export class Silence {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Something was heard; `then` runs if nothing more is within `ms`. */
  heard(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }

  /** Nobody is expected to speak any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
