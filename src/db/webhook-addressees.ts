// The endpoints of a project as far as it matters which events they want.

import type { Addressee, EventFilter } from '../contract/delivery.ts';
import type { ProjectDb } from './database.ts';

const ALL = `SELECT id, types, environments, filter, payload, created_at, revision FROM webhook_endpoints
  WHERE project_id = ?1 ORDER BY id`;

interface Row {
  readonly id: string;
  readonly types: string;
  readonly environments: string | null;
  readonly filter: string | null;
  readonly payload: 'full' | 'thin';
  readonly created_at: number;
  readonly revision: number;
}

/** Disabled ones too: what they miss is held for them. */
export async function readAddressees(db: ProjectDb): Promise<readonly Addressee[]> {
  const { results } = await db.prepare(ALL).all<Row>();
  return results.map((row) => ({
    id: row.id,
    // Our own bytes, written when the endpoint was made or changed.
    types: JSON.parse(row.types) as string[],
    environments: row.environments === null ? null : (JSON.parse(row.environments) as string[]),
    filter: row.filter === null ? null : (JSON.parse(row.filter) as EventFilter),
    payload: row.payload,
    createdAt: row.created_at,
    revision: row.revision,
  }));
}
