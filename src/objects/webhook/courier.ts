import type { PlatformType } from '../../contract/platform-event.ts';
import { afterFailure, afterSuccess } from '../../domain/delivery/breaker.ts';
import { deliveryId } from '../../domain/delivery/delivery-id.ts';
import { retryAfterMs } from '../../domain/delivery/retry-after.ts';
import { GONE, hasArrived, settle } from '../../domain/delivery/settle.ts';
import { httpTransport } from '../../webhooks/send.ts';
import { sign } from '../../webhooks/sign.ts';
import { type Answer, type Listener, noAnswer, type Transport } from '../../webhooks/transport.ts';
import type { BreakerTable } from './breaker-table.ts';
import {
  type DeliveryRow,
  headersOf,
  nextAttempt,
  unixSeconds,
  withAttempt,
} from './delivery-row.ts';
import type { DeliveryTable } from './delivery-table.ts';
import type { DeliveryTallies } from './delivery-tallies.ts';
import { type Endpoint, keysAt } from './endpoint-config.ts';
import type { ReportTable } from './report-table.ts';

const EXHAUSTED = 'webhook_delivery.exhausted' satisfies PlatformType;

export interface CourierParts {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly table: DeliveryTable;
  readonly tallies: DeliveryTallies;
  readonly health: BreakerTable;
  readonly reports: ReportTable;
  /** For an endpoint without a URL: whoever listens. */
  readonly listener: Listener;
  /** There is something to tell. */
  readonly reported: () => void;
  /** An attempt is written down. */
  readonly settled: () => void;
}

/** One attempt, with what it was sent with. */
interface Attempt {
  readonly n: number;
  readonly at: number;
  readonly signature: string;
  readonly wasAsked: boolean;
}

/** Makes one attempt and writes down what came of it. */
export class Courier {
  readonly #parts: CourierParts;
  readonly #endpointId: string;

  constructor(endpointId: string, parts: CourierParts) {
    this.#endpointId = endpointId;
    this.#parts = parts;
  }

  async carry(endpoint: Endpoint, sequence: number, wasAsked: boolean): Promise<void> {
    const row = this.#parts.table.find(sequence);
    if (row === null) return;
    const at = Date.now();
    const n = nextAttempt(row);
    const keys = keysAt(endpoint, at);
    if (keys === null || row.body === null) {
      const attempt = { n, at, signature: '', wasAsked };
      return this.#settle(endpoint, sequence, attempt, noAnswer('It cannot be signed.'));
    }
    const signed = { id: row.eventId, timestamp: unixSeconds(at), body: row.body };
    const attempt = { n, at, signature: await sign(signed, keys), wasAsked };
    const answer = await this.#transportTo(endpoint)({
      deliveryId: deliveryId(this.#endpointId, sequence, row.createdAt),
      attempt: n,
      headers: headersOf(this.#endpointId, row, attempt),
      body: row.body,
    });
    this.#settle(endpoint, sequence, attempt, answer);
  }

  #transportTo({ row: { url } }: Endpoint): Transport {
    const { env, listener } = this.#parts;
    return url === null ? listener.send : httpTransport(env, url);
  }

  /** What has changed while it was under way counts: it may be asked for again, or be gone. */
  #settle(endpoint: Endpoint, sequence: number, attempt: Attempt, answer: Answer): void {
    const { ctx, table, tallies } = this.#parts;
    const row = table.find(sequence);
    if (row === null) return;
    const { at, wasAsked } = attempt;
    const now = Date.now();
    const { status, headers } = answer;
    const after = settle(row, {
      status,
      wasAsked,
      now,
      retryAfterMs: retryAfterMs(headers['retry-after'] ?? null, now),
      random: Math.random(),
    });
    const attempts = withAttempt(row, { ...attempt, durationMs: now - at }, answer, after.dueAt);
    // What was asked for again needs the bytes once more.
    const body = after.state === 'succeeded' && after.asked === 0 ? null : row.body;
    ctx.storage.transactionSync(() => {
      table.settle(sequence, after, { attempts, body });
      tallies.moved(row, row.state, after.state);
      if (hasArrived(status)) this.#arrived();
      else this.#failed(endpoint, status, now);
      if (after.state === 'exhausted' && row.state !== 'exhausted') {
        this.#exhausted(row, attempt.n, now);
      }
    });
    this.#parts.settled();
    if (!this.#parts.reports.isEmpty) this.#parts.reported();
  }

  #arrived(): void {
    const { health } = this.#parts;
    health.write({ breaker: afterSuccess(health.breaker) });
  }

  #failed({ row }: Endpoint, status: number | null, now: number): void {
    const { health, reports } = this.#parts;
    const { breaker, notice } = afterFailure(health.breaker, status, now);
    const { isHalted } = health;
    const reason = status === GONE ? 'gone' : notice === 'failing' ? 'failing' : null;
    health.write({ breaker, isHalted: isHalted || reason !== null });
    // What is disabled was asked for a test: nobody has to hear of it.
    if (isHalted) return;
    if (reason !== null) {
      reports.add({ kind: 'disabled', reason, revision: row.revision }, now);
    } else if (notice !== null && notice !== 'failing' && breaker.since !== null) {
      reports.add({ kind: 'failing', percent: notice, since: breaker.since }, now);
    }
  }

  #exhausted({ sequence, eventId, type, createdAt }: DeliveryRow, n: number, now: number): void {
    // Each notice goes to all other endpoints: of dead ones each would bring forth as many again, and so on.
    if (type === EXHAUSTED) return;
    const id = deliveryId(this.#endpointId, sequence, createdAt);
    const report = { kind: 'exhausted', deliveryId: id, eventId, type, attempt: n } as const;
    this.#parts.reports.add(report, now);
  }
}
