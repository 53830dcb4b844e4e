import { logLine } from '../../contract/log-line.ts';
import type { Happening } from '../../contract/platform-event.ts';
import { type AuditRow, auditAfter, auditOnce } from '../../db/audit.ts';
import { ProjectDb, platformDb } from '../../db/database.ts';
import { outboxAfter } from '../../db/outbox.ts';
import { disableEndpoint, type EndpointRow } from '../../db/webhook-endpoints.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';
import { derivedId } from '../../domain/id.ts';
import { projectDoor } from '../../rpc/stubs.ts';
import type { EndpointConfig } from './endpoint-config.ts';
import { endpointData } from './endpoint-data.ts';
import type { KeptReport, Report, ReportTable } from './report-table.ts';

const AT_ONCE = 20;
const TYPES = {
  failing: 'webhook_endpoint.failing',
  disabled: 'webhook_endpoint.disabled',
  exhausted: 'webhook_delivery.exhausted',
} as const satisfies Record<Report['kind'], Happening['type']>;

/** Tells D1, the audit and the other endpoints of the project what has become of this one. */
export class ReportDesk {
  readonly #env: Env;
  readonly #config: EndpointConfig;
  readonly #table: ReportTable;
  #flight: Promise<void> | null = null;
  #attempts = 0;
  #retryAt: number | null = null;

  constructor(env: Env, config: EndpointConfig, table: ReportTable) {
    this.#env = env;
    this.#config = config;
    this.#table = table;
  }

  dueAt(now: number): number | null {
    return this.#table.isEmpty ? null : (this.#retryAt ?? now);
  }

  /** Tells what there is. What fails is told again at `dueAt`. */
  async drain(): Promise<void> {
    if (this.#table.isEmpty || (this.#retryAt !== null && this.#retryAt > Date.now())) return;
    this.#flight ??= this.#tellAll().finally(() => {
      this.#flight = null;
    });
    await this.#flight;
  }

  async #tellAll(): Promise<void> {
    try {
      for (;;) {
        const reports = this.#table.oldest(AT_ONCE);
        if (reports.length === 0) break;
        await this.#tell(reports);
      }
      this.#attempts = 0;
      this.#retryAt = null;
    } catch (error) {
      this.#retryAt = Date.now() + deliveryBackoffMs(++this.#attempts);
      const message = 'What became of an endpoint was not told';
      console.error(logLine({ level: 'warn', message, error: String(error) }));
    }
  }

  async #tell(reports: readonly KeptReport[]): Promise<void> {
    const endpoint = await this.#config.look(Date.now());
    if (endpoint === 'away') throw new Error('D1 is away.');
    // Of an endpoint that is gone nobody wants to hear.
    if (endpoint !== 'gone') {
      const { row } = endpoint;
      const db = new ProjectDb(this.#env, row.projectId);
      await db.batch(reports.flatMap((report) => this.#statements(db, row, report)));
      // It is told to others by the object of the project, which looks there by itself as well.
      await projectDoor(this.#env, row.projectId, 'events')
        .relay()
        .catch(() => undefined);
    }
    for (const { id } of reports) this.#table.done(id);
    if (reports.some(({ report }) => report.kind === 'disabled')) this.#config.forget();
  }

  /** Each changes a row only if the one before has; told again, none of them does. */
  #statements(db: ProjectDb, row: EndpointRow, kept: KeptReport): D1PreparedStatement[] {
    const { report, at } = kept;
    const happening = happeningOf(row, kept);
    const audit = auditOf(row, kept);
    const tell = outboxAfter(db, happening);
    if (report.kind === 'disabled') {
      const { reason, revision } = report;
      const disable = disableEndpoint(db, row.id, { reason, revision, now: at });
      return [disable, tell, auditAfter(platformDb(this.#env), audit)];
    }
    return [auditOnce(platformDb(this.#env), audit), tell];
  }
}

const keyOf = ({ id }: EndpointRow, { id: number, report }: KeptReport) =>
  [id, report.kind, number] as const;

function happeningOf(row: EndpointRow, kept: KeptReport): Happening {
  const { report, at } = kept;
  return {
    id: derivedId('evt', at, ...keyOf(row, kept)),
    type: TYPES[report.kind],
    environment: null,
    subject: row.id,
    data: { endpoint: endpointData(row, kept), ...detailsOf(report) },
    at,
  };
}

function detailsOf(report: Report): Readonly<Record<string, unknown>> {
  switch (report.kind) {
    case 'failing': {
      const { percent, since } = report;
      return { failing: { percent, since: new Date(since).toISOString() } };
    }
    case 'disabled':
      return {};
    case 'exhausted': {
      const { deliveryId: id, eventId, type, attempt } = report;
      return { delivery: { id, eventId, type, attempts: attempt } };
    }
    default:
      return report satisfies never;
  }
}

function auditOf(row: EndpointRow, kept: KeptReport): AuditRow {
  const { report, at } = kept;
  const after =
    report.kind === 'disabled'
      ? { state: 'disabled', disabledReason: report.reason }
      : detailsOf(report);
  return {
    id: derivedId('aud', at, ...keyOf(row, kept)),
    projectId: row.projectId,
    at,
    actor: { id: row.id, kind: 'system', name: 'Sluice' },
    credential: null,
    action: TYPES[report.kind],
    target: { type: 'webhook_endpoint', id: row.id },
    environment: null,
    outcome: 'ok',
    requestId: null,
    ip: null,
    changes: { before: null, after },
  };
}
