import type { TaskEventType } from '../contract/event.ts';
import { upsertTask } from '../db/tasks.ts';
import { queueEntry } from '../domain/queue.ts';
import { taskRow } from '../domain/view.ts';
import { projectObject } from '../rpc/stubs.ts';
import type { Consumer } from './relay.ts';

const ROW_EVENTS: ReadonlySet<TaskEventType> = new Set([
  'task:created',
  'task:queued',
  'task:started',
  'task:stage-changed',
  'task:completed',
  'task:failed',
  'task:cancelled',
  'task:retried',
  'task:resumed',
  'task:paused',
  'gate:required',
  'gate:approved',
  'gate:rejected',
  'gate:changes-requested',
]);

const QUEUE_EVENTS: ReadonlySet<TaskEventType> = new Set([
  ...ROW_EVENTS,
  'lease:acquired',
  'lease:ended',
]);

/** Everybody who hears of a task. A new consumer is one row here. */
export function consumers(env: Env): readonly Consumer[] {
  return [
    {
      name: 'listing',
      wants: ROW_EVENTS,
      deliver: (state) => upsertTask(env.DB, { row: taskRow(state), seq: state.seq }),
    },
    {
      name: 'project',
      wants: QUEUE_EVENTS,
      deliver: async (state) => {
        await projectObject(env, state.projectId).applyTask(queueEntry(state));
      },
    },
  ];
}
