import { logLine } from '../contract/log-line.ts';

/** One line of JSON for an alarm that has failed: it is rung again, and somebody should know. */
export function logAlarmFailure(name: string | undefined, error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(logLine({ event: 'alarm-failed', object: name, message }));
}
