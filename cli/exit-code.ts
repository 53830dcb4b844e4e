/** What the shell learns; `sluice help exit-codes` of every command means the same. */
export const EXIT = {
  ok: 0,
  error: 1,
  taskFailed: 3,
  signInNeeded: 4,
  gateRefused: 5,
  gateTimedOut: 6,
  usage: 64,
  interrupted: 130,
} as const;

/** An expected end of a command: one sentence for stderr and a code for the shell. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.error) {
    super(message);
    this.exitCode = exitCode;
  }
}
