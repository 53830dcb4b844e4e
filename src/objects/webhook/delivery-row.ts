import {
  ANSWER_BYTES_KEPT,
  ATTEMPTS_KEPT,
  type Delivery,
  type DeliveryAttempt,
  type WholeDelivery,
} from '../../contract/delivery.ts';
import { isoOf } from '../../contract/instant.ts';
import { deliveryId } from '../../domain/delivery/delivery-id.ts';
import { keptText } from '../../domain/delivery/kept-text.ts';
import { type Standing, shownState } from '../../domain/delivery/settle.ts';
import { requestHeaders } from '../../webhooks/request-headers.ts';
import type { Answer } from '../../webhooks/transport.ts';

const HEADER_CHARACTERS_MAX = 200;

/** An attempt as it is written down; times in milliseconds. */
export interface KeptAttempt extends Omit<DeliveryAttempt, 'at' | 'nextAt'> {
  readonly at: number;
  readonly nextAt: number | null;
  /** The header `webhook-signature`: the other headers follow from the row. */
  readonly signature: string;
}

/** One event on its way to the endpoint. */
export interface DeliveryRow extends Standing {
  readonly sequence: number;
  readonly eventId: string;
  readonly type: string;
  /** Of the event, in milliseconds. */
  readonly createdAt: number;
  /** Null once it has arrived. */
  readonly body: Uint8Array | null;
  readonly attempts: readonly KeptAttempt[];
}

/** The next number of an attempt, which also counts those that are no longer kept. */
export const nextAttempt = ({ attempts }: DeliveryRow): number => (attempts.at(-1)?.n ?? 0) + 1;

type Sent = Pick<KeptAttempt, 'n' | 'at' | 'signature' | 'durationMs'>;

/** The attempts with one more; the oldest make room. */
export const withAttempt = (
  { attempts }: DeliveryRow,
  { n, at, durationMs, signature }: Sent,
  { status, error, headers, body }: Answer,
  nextAt: number | null,
): readonly KeptAttempt[] => {
  const responseHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, keptText(value, HEADER_CHARACTERS_MAX)]),
  );
  const responseBody = body === null ? null : keptText(body, ANSWER_BYTES_KEPT);
  const attempt = { n, at, status, durationMs, error, responseHeaders, responseBody };
  return [...attempts, { ...attempt, nextAt, signature }].slice(-ATTEMPTS_KEPT);
};

const showAttempt = ({ signature: _, at, nextAt, ...rest }: KeptAttempt): DeliveryAttempt => ({
  ...rest,
  at: isoOf(at),
  nextAt: nextAt === null ? null : isoOf(nextAt),
});

type Shown = Omit<DeliveryRow, 'body'>;

/** As the log of the endpoint shows it. */
export function showDelivery(endpointId: string, row: Shown, isHalted: boolean): Delivery {
  const { sequence, eventId, type, createdAt, attempts } = row;
  return {
    id: deliveryId(endpointId, sequence, createdAt),
    eventId,
    type,
    state: shownState(row.state, isHalted),
    attempts: attempts.map(showAttempt),
    createdAt: isoOf(createdAt),
  };
}

export function showWhole(endpointId: string, row: DeliveryRow, isHalted: boolean): WholeDelivery {
  const shown = showDelivery(endpointId, row, isHalted);
  return {
    ...shown,
    requestBody: row.body === null ? null : new TextDecoder().decode(row.body),
    attempts: row.attempts.map((attempt) => ({
      ...showAttempt(attempt),
      requestHeaders: headersOf(endpointId, row, attempt),
    })),
  };
}

/** What was sent, or is to be. */
export const headersOf = (
  endpointId: string,
  { sequence, eventId, type, createdAt }: Shown,
  { n, at, signature }: Pick<KeptAttempt, 'n' | 'at' | 'signature'>,
): Record<string, string> => ({
  ...requestHeaders({
    eventId,
    eventType: type,
    endpointId,
    deliveryId: deliveryId(endpointId, sequence, createdAt),
    attempt: n,
    timestamp: unixSeconds(at),
    signature,
  }),
});

export const unixSeconds = (ms: number): number => Math.floor(ms / 1_000);
