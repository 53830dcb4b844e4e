// A monitor as it is shown: what people have set, from D1, and what it has found, from its object.

import { isoOf } from '../contract/instant.ts';
import type { Monitor } from '../contract/monitor.ts';
import type { ListedMonitor } from '../db/monitors.ts';
import { monitorObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';

type Status = Pick<Monitor, 'state' | 'lastCheckAt' | 'lastLatencyMs' | 'consecutiveFailures'>;

export const monitorView = (row: ListedMonitor, status: Status | null): Monitor => ({
  id: row.id,
  projectId: row.projectId,
  environment: row.environment,
  name: row.name,
  ...row.config,
  state: status?.state ?? row.state,
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

/** Its object may be away: then what D1 has is shown. One that was never told of its monitor is told now. */
export async function statusOf({ env, later }: Ask, id: string): Promise<Status | null> {
  const object = monitorObject(env, id);
  try {
    const status = await object.status();
    if (status === null) later(object.refresh());
    return status;
  } catch {
    return null;
  }
}

export const shownMonitor = async (ask: Ask, row: ListedMonitor): Promise<Monitor> =>
  monitorView(row, await statusOf(ask, row.id));

/** Has the object look at once. The errand that was committed with the change does so too, if this fails. */
export async function wakeMonitor({ env }: Pick<Ask, 'env'>, id: string): Promise<void> {
  await monitorObject(env, id)
    .refresh()
    .catch(() => undefined);
}
