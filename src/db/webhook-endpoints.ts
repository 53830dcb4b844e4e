// The table `webhook_endpoints`. Its secrets are wrapped: whoever reads the table can sign nothing.

import type { EventFilter } from '../contract/delivery.ts';
import { type ProjectDb, platformDb } from './database.ts';

export type EndpointState = 'enabled' | 'disabled';
export type DisabledReason = 'manual' | 'failing' | 'gone';

export interface EndpointRow {
  readonly id: string;
  readonly projectId: string;
  /** Null for one that is kept for a principal's `listen`. */
  readonly url: string | null;
  readonly listener: string | null;
  readonly listenedAt: number | null;
  readonly description: string;
  readonly types: readonly string[];
  readonly environments: readonly string[] | null;
  readonly filter: EventFilter | null;
  readonly payload: 'full' | 'thin';
  readonly ordering: 'none' | 'fifo';
  readonly ratePerSecond: number;
  /** `whsec_…`, wrapped under the label `webhook-wrap`. */
  readonly secretWrapped: string;
  readonly secretHint: string;
  readonly previousWrapped: string | null;
  /** The previous secret signs too until then, in milliseconds. */
  readonly previousUntil: number | null;
  /** `whpk_…` */
  readonly edPublic: string;
  /** `whsk_…`, wrapped like the secret. */
  readonly edPrivateWrapped: string;
  readonly state: EndpointState;
  readonly disabledReason: DisabledReason | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

type Texts = 'types' | 'environments' | 'filter';
/** The row as D1 gives it. */
export type RawEndpoint = Omit<EndpointRow, Texts> & {
  readonly types: string;
  readonly environments: string | null;
  readonly filter: string | null;
};

export const ENDPOINT_COLUMNS = `id, project_id AS projectId, url, listener, listened_at AS listenedAt, description,
  types, environments, filter, payload, ordering, rate_per_second AS ratePerSecond, secret_wrapped AS secretWrapped,
  secret_hint AS secretHint, previous_wrapped AS previousWrapped, previous_until AS previousUntil,
  ed_public AS edPublic, ed_private_wrapped AS edPrivateWrapped, state, disabled_reason AS disabledReason,
  created_by AS createdBy, created_at AS createdAt, updated_at AS updatedAt, revision`;

const FOR_SENDING = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints WHERE id = ?1
  AND EXISTS (SELECT 1 FROM projects p WHERE p.id = webhook_endpoints.project_id AND p.deleted_at IS NULL)`;
/** An endpoint that was changed in the meantime is judged by how it does from then on. */
const DISABLE = `UPDATE webhook_endpoints SET state = 'disabled', disabled_reason = ?3, updated_at = ?4,
  revision = revision + 1 WHERE project_id = ?1 AND id = ?2 AND state = 'enabled' AND revision = ?5`;

export const fromRawEndpoint = (row: RawEndpoint): EndpointRow => ({
  ...row,
  // Our own bytes, written when the endpoint was made or changed.
  types: JSON.parse(row.types) as string[],
  environments: row.environments === null ? null : (JSON.parse(row.environments) as string[]),
  filter: row.filter === null ? null : (JSON.parse(row.filter) as EventFilter),
});

/** For its object, which knows its own id alone. Null: it, or its project, is gone. */
export async function findEndpointForSending(
  env: Parameters<typeof platformDb>[0],
  id: string,
): Promise<EndpointRow | null> {
  const row = await platformDb(env).prepare(FOR_SENDING).bind(id).first<RawEndpoint>();
  return row === null ? null : fromRawEndpoint(row);
}

/** For a batch, by the object itself: it changes nothing where somebody else has changed the endpoint. */
export const disableEndpoint = (
  db: ProjectDb,
  id: string,
  change: { readonly reason: DisabledReason; readonly now: number; readonly revision: number },
): D1PreparedStatement => db.prepare(DISABLE, id, change.reason, change.now, change.revision);
