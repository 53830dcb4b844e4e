import { hex } from '../../auth/id.ts';
import type { TaskEvent } from '../../contract/event.ts';

const KEY = 'gate-secret';
const BYTES = 32;

const isBound = ({ data }: TaskEvent): boolean =>
  ('bindingHash' in data && data.bindingHash !== undefined) ||
  ('changed' in data && data.changed.bindingHash !== undefined);

/**
 * What the nonces of a task's gates are made of. It stands beside the log, which everybody reads, and is written down
 * with the first event that was bound by one of them: a task without gates pays nothing for it.
 */
export class GateSecret {
  readonly #kv: SyncKvStorage;
  #value: string | undefined;
  #isKept = false;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  get value(): string {
    if (this.#value !== undefined) return this.#value;
    const kept = this.#kv.get<string>(KEY);
    this.#isKept = kept !== undefined;
    this.#value = kept ?? hex(crypto.getRandomValues(new Uint8Array(BYTES)));
    return this.#value;
  }

  /** Before anybody is told of a hash that was made with it. */
  keepFor(events: readonly TaskEvent[]): void {
    if (!events.some(isBound)) return;
    const { value } = this;
    if (this.#isKept) return;
    this.#kv.put(KEY, value);
    this.#isKept = true;
  }

  /** All storage is gone, and this with it. */
  forget(): void {
    this.#value = undefined;
    this.#isKept = false;
  }
}
