// A monitor as it is shown: what people have set, from D1, and what it has found, from its object; and what is told of it.

import type { Monitor } from '../contract/monitor.ts';
import type { Happening } from '../contract/platform-event.ts';
import type { ListedMonitor } from '../db/monitors.ts';
import { type MonitorStatus, monitorView } from '../domain/monitor-view.ts';
import { monitorObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { happeningOf } from './happening.ts';

/** Its object may be away: then what D1 has is shown. One that was never told of its monitor is told now. */
export async function statusOf({ env, later }: Ask, id: string): Promise<MonitorStatus | null> {
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

/** What follows from a change: its object works by the row, and who follows the project sees it. */
export function tellsOfMonitor(
  ask: Pick<Ask, 'now'>,
  { id: subject, environment }: Pick<ListedMonitor, 'id' | 'environment'>,
  shown: Monitor | null,
): readonly Happening[] {
  const news =
    shown === null
      ? ({ type: 'monitor.deleted', data: { monitor: { id: subject } } } as const)
      : ({ type: 'monitor.updated', data: { monitor: shown } } as const);
  return [
    happeningOf(ask, { type: 'errand:monitor', subject, data: {} }),
    happeningOf(ask, { ...news, environment, subject }),
  ];
}
