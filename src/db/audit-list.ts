// The table `audit`, read: the rows of one project, newest first. `seq` counts up as they are written, so it is the key.

import type { ProjectDb } from './database.ts';

export interface AuditWanted {
  readonly actor: string | undefined;
  readonly action: string | undefined;
  readonly target: string | undefined;
  /** In milliseconds; `from` counts, `to` does not. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Null: all of them. */
  readonly environments: readonly string[] | null;
}

export interface ListedAudit {
  /** The `seq`, as text: the key by which the list is paged. */
  readonly id: string;
  readonly auditId: string;
  readonly at: number;
  readonly actor: string;
  readonly actorKind: string;
  readonly actorName: string;
  readonly credential: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly environment: string | null;
  readonly outcome: 'ok' | 'denied';
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly changes: string | null;
}

/** A filter that is null filters nothing. What belongs to no environment is shown to whoever may see some of them. */
const WANTED = `project_id = ?1 AND (?2 IS NULL OR actor = ?2) AND (?3 IS NULL OR action = ?3)
  AND (?4 IS NULL OR target_id = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6)
  AND (?7 IS NULL OR environment IS NULL OR environment IN (SELECT value FROM json_each(?7)))`;
const PAGE = `SELECT CAST(seq AS TEXT) AS id, id AS auditId, at, actor, actor_kind AS actorKind,
  actor_name AS actorName, credential, action, target_type AS targetType, target_id AS targetId, environment,
  outcome, request_id AS requestId, ip, changes FROM audit WHERE ${WANTED}
  AND (?8 IS NULL OR seq < ?8) ORDER BY seq DESC LIMIT ?9 OFFSET ?10`;
const COUNT = `SELECT count(*) AS total FROM audit WHERE ${WANTED}`;

export async function listAudit(
  db: ProjectDb,
  wanted: AuditWanted,
  page: {
    readonly limit: number;
    readonly offset: number;
    readonly after: string | null;
    readonly counted: boolean;
  },
): Promise<{ readonly rows: readonly ListedAudit[]; readonly total: number | null }> {
  const { actor = null, action = null, target = null, from = null, to = null } = wanted;
  const environments = wanted.environments === null ? null : JSON.stringify(wanted.environments);
  const filter = [actor, action, target, from, to, environments] as const;
  const after = page.after === null ? null : Number(page.after);
  const rows = db.prepare(PAGE, ...filter, after, page.limit, page.offset);
  const batch = page.counted ? [rows, db.prepare(COUNT, ...filter)] : [rows];
  const [found, total] = await db.batch<ListedAudit & { total: number }>(batch);
  return { rows: found?.results ?? [], total: total?.results[0]?.total ?? null };
}
