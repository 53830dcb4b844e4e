/** A crash between the commit and its telling costs one wake, this much later. */
const ARM_AHEAD_MS = 2_000;

/** The one alarm of an object. Parts say when they are due; only this sets it. */
export class Alarm {
  readonly #storage: DurableObjectStorage;
  /** What the alarm is set to; undefined until this instance has looked. */
  #armedFor: number | null | undefined;
  #provisional = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** It has rung: nothing is set any more. */
  rang(): void {
    this.#armedFor = null;
    this.#provisional = false;
  }

  /** Set before others are told, so that a crash in between costs one wake and no news. */
  armAhead(now: number): void {
    const at = now + ARM_AHEAD_MS;
    if (this.#armedFor !== undefined && this.#armedFor !== null && this.#armedFor <= at) return;
    this.#armedFor = at;
    this.#provisional = true;
    void this.#storage.setAlarm(at);
  }

  /** Sets it to the earliest of all deadlines; while something is being told, the one ahead stands. */
  set(at: number | null, now: number, isTelling: boolean): void {
    if (this.#provisional && isTelling) return;
    const set = this.#armedFor ?? null;
    // A renewed lease needs no new alarm: the one that is set looks again. So a heartbeat writes no row.
    const looksAgain = at !== null && set !== null && set > now && set < at && !this.#provisional;
    if (at === this.#armedFor || looksAgain) return;
    this.#armedFor = at;
    this.#provisional = false;
    if (at === null) void this.#storage.deleteAlarm();
    else void this.#storage.setAlarm(at);
  }
}
