import type { CommandEnd } from './command-run.ts';

interface Fault {
  readonly code: 'spawn_failed' | 'timeout' | 'process_left' | 'agent_exit';
  /** Follows the name of the command in a sentence. */
  readonly how: string;
}

/** What was wrong with the end of a command; undefined where it did what was asked. */
export const faultOf = (
  { exit, isDead, halted }: CommandEnd,
  limitMs: number,
): Fault | undefined => {
  if (exit.startError !== undefined) {
    return { code: 'spawn_failed', how: `could not be started: ${exit.startError}` };
  }
  if (halted === 'timeout') {
    return { code: 'timeout', how: `did not end within ${Math.round(limitMs / 1_000)} s` };
  }
  if (!isDead) return { code: 'process_left', how: 'left processes that could not be ended' };
  if (exit.code === 0) return undefined;
  const how =
    exit.signal === null ? `exited with code ${exit.code}` : `was ended by ${exit.signal}`;
  return { code: 'agent_exit', how };
};
