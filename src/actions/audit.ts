import type { AuditEntry, AuditQuery } from '../contract/audit.ts';
import type { Result } from '../contract/error.ts';
import type { Listing } from '../contract/listing.ts';
import { type ListedAudit, listAudit as listRows } from '../db/audit-list.ts';
import { ProjectDb } from '../db/database.ts';
import type { Ask } from './ask.ts';
import { shownEnvironments } from './environment.ts';
import { readPage } from './paging.ts';
import { loadProject } from './projects.ts';

/** Our own bytes, as the table keeps them. */
const parsed = <T>(text: string): T => JSON.parse(text) as T;

const view = (row: ListedAudit): AuditEntry => ({
  id: row.auditId,
  at: new Date(row.at).toISOString(),
  actor: { id: row.actor, kind: row.actorKind, name: row.actorName },
  credential: parsed<AuditEntry['credential']>(row.credential),
  action: row.action,
  target: { type: row.targetType, id: row.targetId },
  environment: row.environment,
  outcome: row.outcome,
  requestId: row.requestId,
  ip: row.ip,
  changes: row.changes === null ? null : parsed<NonNullable<AuditEntry['changes']>>(row.changes),
});

/** Who did what in a project, newest first. */
export async function listAudit(
  ask: Ask,
  projectId: string,
  query: AuditQuery,
): Promise<Result<Listing<AuditEntry>>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const { actor, action, target, from, to } = query;
  const wanted = { actor, action, target, from, to, environments: shownEnvironments(ask) };
  const db = new ProjectDb(ask.env, projectId);
  return readPage(
    ask,
    { query, filter: { list: 'audit', projectId, ...wanted } },
    (slice) => listRows(db, wanted, slice),
    (row: ListedAudit) => view(row),
  );
}
