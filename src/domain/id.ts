import { timedHex, writeId } from '../contract/id.ts';
import { sha256Hex } from './digest.ts';

/**
 * An id that follows from what it names: 48 bits of time, 80 bits of digest. The core makes ids without randomness,
 * so that the same history gives the same ids; none of them is a secret.
 */
export function derivedId(
  prefix: string,
  nowMs: number,
  ...parts: readonly (string | number)[]
): string {
  return writeId(prefix, timedHex(nowMs, sha256Hex(parts.join('\n')).slice(0, 20)));
}

/** The agent at work on an attempt of a task; its credential says the same. */
export const agentId = (taskId: string, attempt: number): string =>
  writeId('agt', sha256Hex(`agent ${taskId} ${attempt}`).slice(0, 32));
