// The task session: what a lease holder and its task say to each other over one socket. The bodies are those of the
// HTTP twins less `leaseId` and `epoch`, which are fixed when the session is opened.

import { z } from 'zod';
import type { EventsBody } from './batch.ts';
import { ERRORS, type ErrorCode, type Refusal } from './error.ts';
import type { Command, HeartbeatAnswer, HeartbeatBody, ReleaseBody } from './lease.ts';
import type { Lease } from './task.ts';
import type { ResultAnswer, ResultBody, Work } from './work.ts';

/** What may be under way without an acknowledgement. A sender that goes over it is closed with 4429. */
export const WINDOW = { frames: 8, bytes: 2_097_152 } as const;
export const FRAME_BYTES_MAX = 2_097_152;

export const SessionQuery = z.object({
  leaseId: z.string({ error: 'LeaseId is required' }).max(100),
  epoch: z
    .string({ error: 'Epoch is required' })
    .regex(/^\d{1,15}$/, 'Epoch must be a whole number')
    .meta({ type: 'integer', minimum: 0 }),
});

type Held = 'leaseId' | 'epoch';

/** One event of a frame: its type, its data, and the runner's instant. */
export type EventTuple = readonly [type: string, data: Record<string, unknown>, at?: string];

/** What the runner says. */
export type RunnerFrame =
  | { t: 'events'; p: EventsBody['producer']; n: number; e: readonly EventTuple[] }
  | ({ t: 'hb' } & Partial<Omit<z.input<typeof HeartbeatBody>, Held | 'waitMs'>>)
  | ({ t: 'result'; workId: string } & Omit<z.input<typeof ResultBody>, Held>)
  | { t: 'ack'; id: string }
  | ({ t: 'bye' } & Omit<z.input<typeof ReleaseBody>, Held>);

/** The frames of a runner, by their names. */
export const RUNNER_FRAMES: ReadonlySet<unknown> = new Set<RunnerFrame['t']>([
  'events',
  'hb',
  'result',
  'ack',
  'bye',
]);

/** Says of a frame that it was refused and has changed nothing; the session goes on. */
type Nack = { t: 'nack'; code: ErrorCode; error: string } & (
  | { p: string; n: number; expected?: number; index?: number }
  | { workId: string }
  | { re: 'hb' | 'ack' | 'bye' }
);

/** What the task says. */
export type TaskFrame =
  | {
      t: 'hello';
      lease: Lease;
      work: Work | null;
      /** The highest number of each producer that is durable: a runner goes on after it. */
      producers: Record<string, { acked: number }>;
      window: { frames: number; bytes: number };
      commands: Command[];
      seq: number;
    }
  /** All up to `n` is durable. */
  | { t: 'ack'; p: string; n: number; seq: number }
  | Nack
  | ({ t: 'hb-ok' } & HeartbeatAnswer)
  | ({ t: 'next' } & ResultAnswer)
  | ({ t: 'command' } & Command)
  /** The last word before a close. */
  | { t: 'error'; code: ErrorCode; error: string };

/** How a refusal closes a socket: what cannot be read of a refused upgrade is said by the code. */
export function closeCode(code: ErrorCode): number {
  const { status } = ERRORS[code];
  if (status >= 500) return 1011;
  return status === 413 ? 4400 : 4000 + status;
}

/** RFC 6455 §5.5: a control frame has 125 bytes, two of them for the code. */
const REASON_CHARS_MAX = 120;

/** The reason of a close: the code of the refusal, then its sentence. */
export const closeReason = ({ code, message }: Refusal): string =>
  `${code}: ${message}`.replace(/[^\x20-\x7e]/g, '?').slice(0, REASON_CHARS_MAX);

/** What is said before a close: the cancellation, where that is why the lease has ended, else the refusal. */
export function lastWords({ code, message, extra }: Refusal, nowMs: number): string {
  const { command, ...rest } = extra ?? {};
  if (typeof command !== 'object')
    return JSON.stringify({ t: 'error', code, error: message, ...rest });
  const id = `cmd_cancel_${extra?.['currentEpoch']}`;
  return JSON.stringify({ t: 'command', id, at: new Date(nowMs).toISOString(), ...command });
}
