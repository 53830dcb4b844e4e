/** Requests that wait for something to happen. They hold the object awake, each for its own bounded time. */
export class Waiters {
  readonly #waiting = new Set<() => void>();
  readonly #also: () => void;

  /** `also` looks whenever they do, and holds nothing awake. */
  constructor(also: () => void = () => {}) {
    this.#also = also;
  }

  /** Resolves at the next `wake`, or after `ms`. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }

  /** Lets everybody look again. */
  wake(): void {
    for (const done of [...this.#waiting]) done();
    this.#also();
  }

  /** Waits until `look` finds something, at most until `deadline`; what the last look found is the answer. */
  async until<T>(look: () => T, found: (value: T) => boolean, deadline: number): Promise<T> {
    let value = look();
    while (!found(value)) {
      const left = deadline - Date.now();
      if (left <= 0) return value;
      await this.wait(left);
      value = look();
    }
    return value;
  }
}

/** Waits for `done`, at most for `ms`. The timer ends with it: one that runs on would keep the object awake. */
export async function within(done: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
