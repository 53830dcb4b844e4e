// What befalls deployments without anybody asking: their time is over, their wait is, or their task has ended.

import { newId } from '../../auth/id.ts';
import type { DeploymentRecord } from '../../contract/deployment.ts';
import { logLine } from '../../contract/log-line.ts';
import type { TaskRow } from '../../contract/task.ts';
import { findPlace, findStandings } from '../../db/approvers.ts';
import { auditAfter } from '../../db/audit.ts';
import { type DatabaseEnv, type ProjectDb, platformDb } from '../../db/database.ts';
import { saveDeployment } from '../../db/deployment-changes.ts';
import { findDeployment } from '../../db/deployments.ts';
import { outboxAfter } from '../../db/outbox.ts';
import { ruleOf } from '../../domain/approval.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';
import type { DeploymentCommand } from '../../domain/deployment/command.ts';
import { type DeploymentDue, dueAt, newsOf } from '../../domain/deployment/news.ts';
import { isOpen } from '../../domain/deployment/stages.ts';
import { decideDeployment } from '../../domain/deployment.ts';
import type { DeploymentTable, DueDeployment } from './deployment-table.ts';
import type { QueueTable } from './queue-table.ts';

const AT_ONCE = 20;
/** A lost race is run again at once, so often. */
const TRIES_MAX = 5;

interface Wiring {
  readonly ctx: DurableObjectState;
  readonly env: DatabaseEnv;
  readonly db: ProjectDb;
  readonly table: DeploymentTable;
  readonly queue: Pick<QueueTable, 'statusOf'>;
  /** Has the project take what was put into its outbox. */
  readonly relay: () => Promise<void>;
  readonly armAhead: () => void;
  readonly rearm: () => void;
}

type Ended = 'completed' | 'failed' | 'cancelled';
const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);
const isEnd = (status: string): status is Ended => ENDED.has(status);

/** Looks after the open deployments of a project. What is due stands in the table, so a crash costs a wake. */
export class DeploymentDesk {
  readonly #wiring: Wiring;
  #flight: Promise<void> | null = null;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** A deployment was changed in D1. Its task may have ended before this is heard. */
  changed(id: string, due: DeploymentDue): void {
    const { table, queue, rearm } = this.#wiring;
    table.note(id, due);
    rearm();
    if (due.taskId === null || due.dueAt === null) return;
    const status = queue.statusOf(due.taskId);
    if (status === null || !isEnd(status)) return;
    if (table.endOfTask(due.taskId, { status, error: null }, Date.now())) this.handOver();
  }

  /** In the transaction that takes a task's news; `handOver` is to follow it. */
  taskChanged({ id, status, error }: Pick<TaskRow, 'id' | 'status' | 'error'>): void {
    if (!isEnd(status)) return;
    this.#wiring.table.endOfTask(id, { status, error: error ?? null }, Date.now());
  }

  /** Begins with what is due, and does not wait for it. */
  handOver(): void {
    const { ctx, table, armAhead, rearm } = this.#wiring;
    const due = table.dueAt();
    if (due === null || due > Date.now()) return;
    armAhead();
    ctx.waitUntil(this.ring(Date.now()).then(rearm));
  }

  dueAt(): number | null {
    return this.#wiring.table.dueAt();
  }

  /** Does what is due. Callers join one flight. */
  ring(now: number): Promise<void> {
    this.#flight ??= this.#passTime(now).finally(() => {
      this.#flight = null;
    });
    return this.#flight;
  }

  async #passTime(now: number): Promise<void> {
    const due = this.#wiring.table.due(now, AT_ONCE);
    if (due.length === 0) return;
    for (const one of due) await this.#lookAt(one);
    await this.#wiring.relay();
  }

  async #lookAt(due: DueDeployment): Promise<void> {
    const { table } = this.#wiring;
    try {
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        if (await this.#settle(due)) return;
      }
      table.retry(due, Date.now() + deliveryBackoffMs(due.attempts + 1));
    } catch (error) {
      table.retry(due, Date.now() + deliveryBackoffMs(due.attempts + 1));
      const message = 'A deployment was not looked at';
      console.error(logLine({ level: 'warn', message, id: due.id, error: String(error) }));
    }
  }

  /** False: somebody was faster, and it is to be looked at anew. */
  async #settle({ id, ended }: DueDeployment): Promise<boolean> {
    const { env, table, db } = this.#wiring;
    const record = await findDeployment(env, id);
    if (record === null || !isOpen(record) || record.projectId !== db.projectId) {
      table.forget(id);
      return true;
    }
    const now = Date.now();
    const command: DeploymentCommand =
      ended === null ? { type: 'tick' } : { type: 'end-with-task', ...ended };
    const after = await this.#commit(record, command, now);
    if (after === null) return false;
    const next = dueAt(after, now);
    if (next === null) table.forget(id);
    else table.wait(after, next);
    return true;
  }

  /** Null where the row is another by now. */
  async #commit(
    record: DeploymentRecord,
    command: DeploymentCommand,
    now: number,
  ): Promise<DeploymentRecord | null> {
    const { env, db } = this.#wiring;
    const voters = record.approval?.votes.map(({ approverId }) => approverId) ?? [];
    const [found, standings] = await Promise.all([
      findPlace(db, record.environment),
      findStandings(db, voters),
    ]);
    const place = found && {
      rule: found.policy && ruleOf(found.policy, found.eligible),
      currentDeploymentId: found.currentDeploymentId,
    };
    const decided = decideDeployment(record, command, { now, place, standings });
    if (!decided.ok || decided.value === record) return record;
    const after = decided.value;
    const live = found ?? { currentDeploymentId: null, isKnown: false };
    const told = newsOf(record, after, now).map((news) =>
      outboxAfter(db, { ...news, id: newId('evt', now), at: now }),
    );
    const [saved] = await db.batch([
      ...saveDeployment(env, after, { live, now }),
      ...told,
      auditAfter(platformDb(env), auditRow(record, after, now)),
    ]);
    return saved !== undefined && saved.meta.changes > 0 ? after : null;
  }
}

const auditRow = (before: DeploymentRecord, after: DeploymentRecord, now: number) => ({
  id: newId('aud', now),
  projectId: after.projectId,
  at: now,
  actor: { id: 'clock', kind: 'system', name: 'clock' },
  credential: null,
  action: `deployment.${after.state === 'succeeded' ? 'promoted' : after.state}`,
  target: { type: 'deployment', id: after.id },
  environment: after.environment,
  outcome: 'ok' as const,
  requestId: null,
  ip: null,
  changes: { before: { state: before.state }, after: { state: after.state } },
});
