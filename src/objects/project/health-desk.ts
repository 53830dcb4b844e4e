import type { TaskEvent } from '../../contract/event.ts';
import type { DaemonHealth, Metrics } from '../../contract/health.ts';
import type { Watcher } from '../../contract/watcher.ts';
import {
  countHealth,
  type HealthCounts,
  isDegraded,
  metricsOf,
  NO_COUNTS,
} from '../../domain/health.ts';
import type { CredentialSockets } from '../credential-sockets.ts';
import { sendSafely } from '../send-safely.ts';
import { HEALTH } from './board-viewers.ts';
import type { LeaseTable } from './lease-table.ts';
import type { RunnerTable } from './runner-table.ts';
import type { Settings } from './settings.ts';

const COUNTS = 'health';
const COUNTED: ReadonlySet<TaskEvent['type']> = new Set([
  'task:completed',
  'task:failed',
  'task:cancelled',
  'lease:ended',
]);

/** Without what moves by itself: a change of these is worth telling. */
const essence = ({ uptime: _, lastHealthCheck: __, ...rest }: Metrics): string =>
  JSON.stringify(rest);

/** How the runners of a project are doing: counted from the events of its tasks, told to those who watch. */
export class HealthDesk {
  readonly #ctx: DurableObjectState;
  readonly #settings: Settings;
  readonly #runners: RunnerTable;
  readonly #leases: LeaseTable;
  readonly #sockets: CredentialSockets;
  #told: Metrics | undefined;

  constructor(
    ctx: DurableObjectState,
    parts: {
      settings: Settings;
      runners: RunnerTable;
      leases: LeaseTable;
      sockets: CredentialSockets;
    },
  ) {
    this.#ctx = ctx;
    this.#settings = parts.settings;
    this.#runners = parts.runners;
    this.#leases = parts.leases;
    this.#sockets = parts.sockets;
  }

  #counts(): HealthCounts {
    // Our own bytes, written by `count`.
    return (this.#settings.read(COUNTS) as HealthCounts | undefined) ?? NO_COUNTS;
  }

  /** Counts what has happened; inside the transaction that takes it in. */
  count(events: readonly TaskEvent[]): void {
    if (!events.some(({ type }) => COUNTED.has(type))) return;
    this.#settings.write(COUNTS, countHealth(this.#counts(), events));
  }

  #metrics(now: number): { metrics: Metrics; startedAt: number; isRunning: boolean } {
    const online = this.#runners.online(now, (id) => this.#leases.countOf(id) > 0);
    const startedAt = Math.min(now, ...online.map(({ onlineSince }) => onlineSince));
    const lastSeenAt = Math.max(0, ...online.map(({ seenAt }) => seenAt));
    const active = this.#leases.count();
    const metrics = metricsOf(this.#counts(), { now, active, startedAt, lastSeenAt });
    return { metrics, startedAt, isRunning: online.length > 0 };
  }

  /** Null: no runner is connected. */
  read(now: number): DaemonHealth | null {
    const { metrics, startedAt, isRunning } = this.#metrics(now);
    if (!isRunning) return null;
    const degraded = isDegraded(this.#counts(), metrics.taskCounts.active, now);
    return {
      status: degraded ? 'degraded' : 'healthy',
      metrics,
      daemon: {
        isRunning: true,
        pid: null,
        startedAt: new Date(startedAt).toISOString(),
        uptime: metrics.uptime,
      },
      timestamp: new Date(now).toISOString(),
    };
  }

  open(socket: WebSocket, watcher: Watcher, now: number): void {
    this.#sockets.accept(socket, HEALTH, watcher);
    const { metrics } = this.#metrics(now);
    this.#told = metrics;
    sendSafely(socket, this.#frame(metrics, { previous: null, changeDetected: false }, now));
  }

  /** Tells those who watch, if there is news. */
  publish(now: number): void {
    const sockets = this.#ctx.getWebSockets(HEALTH);
    if (sockets.length === 0) return;
    const { metrics } = this.#metrics(now);
    const previous = this.#told ?? null;
    if (previous !== null && essence(previous) === essence(metrics)) return;
    this.#told = metrics;
    const frame = this.#frame(metrics, { previous, changeDetected: true }, now);
    for (const socket of sockets) sendSafely(socket, frame);
  }

  #frame(
    metrics: Metrics,
    change: { previous: Metrics | null; changeDetected: boolean },
    now: number,
  ): string {
    const timestamp = new Date(now).toISOString();
    const data = { metrics, ...change };
    return JSON.stringify({ type: 'health:updated', taskId: 'health', timestamp, data });
  }
}
