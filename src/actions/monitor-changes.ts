// Changing, resting and removing a monitor, and asking its URL at once.

import { type Result, refuse } from '../contract/error.ts';
import type { ChangeMonitorBody, CheckedNow, Monitor } from '../contract/monitor.ts';
import type { Reply } from '../contract/reply.ts';
import { ProjectDb } from '../db/database.ts';
import { changeMonitor, type ListedMonitor, removeMonitor, touchMonitor } from '../db/monitors.ts';
import { redactText } from '../domain/redact.ts';
import { monitorObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { commit, type Deed } from './effect.ts';
import { changedConfig, checkConfig } from './monitor-config.ts';
import { shownMonitor, tellsOfMonitor, wakeMonitor } from './monitor-view.ts';
import { MONITOR_NOT_FOUND, targetMonitor } from './monitors.ts';
import { checkRevision, type Precondition } from './precondition.ts';

interface Named {
  readonly id: string;
  readonly precondition: Precondition;
}

const setOf = ({ name, paused, config }: ListedMonitor) => ({ name, paused, ...config });

const deedOf = (row: ListedMonitor, action: string, after: ListedMonitor | null): Deed => ({
  projectId: row.projectId,
  action,
  target: { type: 'monitor', id: row.id },
  environment: row.environment,
  changes: { before: setOf(row), after: after && setOf(after) },
});

async function write(
  ask: Ask,
  before: ListedMonitor,
  change: { readonly after: ListedMonitor; readonly action: string },
): Promise<Result<Reply<Monitor>> | null> {
  const { after, action } = change;
  const { id, projectId } = before;
  const row = { ...after, updatedAt: ask.now, revision: before.revision + 1 };
  const body = await shownMonitor(ask, row);
  const done = await commit<Monitor>(ask, {
    statements: [
      changeMonitor(new ProjectDb(ask.env, projectId), { ...after, updatedAt: ask.now }),
    ],
    deed: deedOf(before, action, after),
    tells: tellsOfMonitor(ask, row, body),
    reply: {
      status: 200,
      body,
      headers: { ETag: `"v${row.revision}"` },
    },
  });
  if (done?.ok && done.value.replayed === undefined) await wakeMonitor(ask, id);
  return done;
}

export function patchMonitor(
  ask: Ask,
  { id, precondition }: Named,
  body: ChangeMonitorBody,
): Promise<Result<Reply<Monitor>>> {
  return changeOnce(
    ask,
    () => targetMonitor(ask, id),
    async (row) => {
      const config = changedConfig(row.config, body);
      const after = { ...row, name: redactText(body.name ?? row.name), config };
      const valid = checkConfig(ask, config);
      if (!valid.ok) return valid;
      const fits = checkRevision(precondition, row);
      if (!fits.ok) return fits;
      return write(ask, row, { after, action: 'monitor.changed' });
    },
  );
}

/** Nothing is asked while it rests; what was open stays open. */
export function setPaused(ask: Ask, id: string, paused: boolean): Promise<Result<Reply<Monitor>>> {
  return changeOnce(
    ask,
    () => targetMonitor(ask, id),
    async (row) => {
      if (row.paused === paused) {
        const words = paused ? 'is paused already' : 'is not paused';
        return refuse('invalid_transition', `The monitor ${words}.`);
      }
      const action = paused ? 'monitor.paused' : 'monitor.resumed';
      return write(ask, row, { after: { ...row, paused }, action });
    },
  );
}

/** Its incidents stay; people resolve those that last. */
export function deleteMonitor(ask: Ask, { id, precondition }: Named): Promise<Result<Reply<null>>> {
  return changeOnce(
    ask,
    () => targetMonitor(ask, id),
    async (row) => {
      const fits = checkRevision(precondition, row);
      if (!fits.ok) return fits;
      const done = await commit<null>(ask, {
        statements: [removeMonitor(new ProjectDb(ask.env, row.projectId), row)],
        deed: deedOf(row, 'monitor.deleted', null),
        tells: tellsOfMonitor(ask, row, null),
        reply: { status: 204, body: null },
      });
      if (done?.ok) await wakeMonitor(ask, id);
      return done;
    },
  );
}

/** Asks the URL once, now. It counts as any other check, but for a monitor that is paused. */
export function checkNow(ask: Ask, id: string): Promise<Result<Reply<CheckedNow>>> {
  return changeOnce(
    ask,
    () => targetMonitor(ask, id),
    async (row) => {
      const check = await monitorObject(ask.env, id).check();
      const now = await targetMonitor(ask, id);
      if (check === null || !now.ok) return MONITOR_NOT_FOUND;
      return commit<CheckedNow>(ask, {
        statements: [touchMonitor(new ProjectDb(ask.env, row.projectId), id)],
        deed: {
          projectId: row.projectId,
          action: 'monitor.checked',
          target: { type: 'monitor', id },
          environment: row.environment,
        },
        reply: { status: 200, body: { check, monitor: await shownMonitor(ask, now.value) } },
      });
    },
  );
}
