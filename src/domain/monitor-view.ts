// A monitor as it is shown: what people have set, and what it has found.

import { isoOf } from '../contract/instant.ts';
import type { Monitor, MonitorConfig, MonitorState } from '../contract/monitor.ts';

/** What the table has of it. */
interface Listed {
  readonly id: string;
  readonly projectId: string;
  readonly environment: string;
  readonly name: string;
  readonly config: MonitorConfig;
  readonly state: MonitorState;
  readonly since: number;
  readonly paused: boolean;
  readonly openIncidentId: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

/** What its object has of it. */
export type MonitorStatus = Pick<
  Monitor,
  'state' | 'stateSince' | 'lastCheckAt' | 'lastLatencyMs' | 'consecutiveFailures'
>;

/** Null: its object is away, or was not told of it yet. Then what is listed is shown. */
export const monitorView = (row: Listed, status: MonitorStatus | null): Monitor => ({
  id: row.id,
  projectId: row.projectId,
  environment: row.environment,
  name: row.name,
  ...row.config,
  state: status?.state ?? row.state,
  stateSince: status?.stateSince ?? isoOf(row.since),
  paused: row.paused,
  lastCheckAt: status?.lastCheckAt ?? null,
  lastLatencyMs: status?.lastLatencyMs ?? null,
  consecutiveFailures: status?.consecutiveFailures ?? 0,
  openIncidentId: row.openIncidentId,
  createdBy: row.createdBy,
  createdAt: isoOf(row.createdAt),
  updatedAt: isoOf(row.updatedAt),
  revision: row.revision,
});
