// Tasks that people have taken from runners, written into the audit of the project: told from the log, and told again it
// is the same row.

import type { TaskEvent, TaskEventType } from '../../contract/event.ts';
import { type AuditRow, auditOnce } from '../../db/audit.ts';
import { type DatabaseEnv, platformDb } from '../../db/database.ts';
import { derivedId } from '../../domain/id.ts';
import type { TaskState } from '../../domain/task.ts';
import type { Told } from './relay.ts';

export const LEASE_ENDS: ReadonlySet<TaskEventType> = new Set(['lease:ended']);

/** False for a task that nobody has taken from its runner. */
export const wasForced = ({ forced }: TaskState): boolean => forced === true;

export async function auditForced(env: DatabaseEnv, { state, events }: Told): Promise<void> {
  const rows = events().flatMap((event) => rowOf(state, event));
  if (rows.length === 0) return;
  const db = platformDb(env);
  await db.batch(rows.map((row) => auditOnce(db, row)));
}

function rowOf(state: TaskState, event: TaskEvent): AuditRow[] {
  if (event.type !== 'lease:ended' || event.data.byId === undefined) return [];
  const { by = '', byId, leaseId, runnerId, epoch, comment } = event.data;
  const at = Date.parse(event.timestamp);
  const after = { taskId: state.id, taskSeq: event.seq, runnerId, epoch, reason: comment };
  return [
    {
      id: derivedId('aud', at, state.id, event.seq),
      projectId: state.projectId,
      at,
      actor: { id: byId, kind: 'person', name: by },
      credential: null,
      action: 'lease.force_released',
      target: { type: 'lease', id: leaseId },
      environment: state.environment,
      outcome: 'ok',
      requestId: null,
      ip: null,
      changes: { before: null, after },
    },
  ];
}
