import type { TaskEventType } from '../../contract/event.ts';
import { toJsonText } from '../../contract/json-text.ts';
import { queueEntry } from '../../domain/queue.ts';
import { taskRow } from '../../domain/view.ts';
import { projectObject } from '../../rpc/stubs.ts';
import { auditDecisions, DECISION_EVENTS, type HashOf, hasDecisions } from './gate-audit.ts';
import { auditForced, LEASE_ENDS, wasForced } from './lease-audit.ts';
import type { Consumer } from './relay.ts';
import { tellParent } from './tell-parent.ts';
import { tellSubtasks } from './tell-subtasks.ts';
import { writeNews } from './write-row.ts';

const ENDS = ['task:completed', 'task:failed', 'task:cancelled', 'task:retried'] as const;
const SHELVES = [
  'task:trashed',
  'task:restored',
  'task:archived',
  'task:unarchived',
] as const satisfies TaskEventType[];

const ROW_EVENTS: ReadonlySet<TaskEventType> = new Set([
  ...ENDS,
  ...SHELVES,
  'task:created',
  'task:queued',
  'task:started',
  'task:stage-changed',
  'task:resumed',
  'task:paused',
  'task:decomposed',
  'gate:required',
  'gate:approved',
  'gate:rejected',
  'gate:changes-requested',
  'gate:waived',
  'gate:withdrawn',
  'gate:cancelled',
  // Whoever has voted is not asked again, who has handed it on neither, and an edit asks something else.
  'gate:vote',
  'gate:delegated',
  'gate:edited',
  'budget:extended',
]);

/** They change a row too, though nobody waits for it: what it has cost, when it was last heard of. */
const QUIET_EVENTS: ReadonlySet<TaskEventType> = new Set([
  'gate:escalated',
  'gate:consumed',
  'gate:mismatch',
  'budget:threshold',
  'usage:updated',
  'changes:report',
  'output:set',
  'checkpoint:saved',
  'work:given',
  'work:finished',
  'task:message',
  'task:stalled',
  'lease:acquired',
  'lease:ended',
  'subtask:created',
  'subtask:completed',
  'subtask:failed',
  'subtask:cancelled',
  'subtask:changed',
  'dependency:changed',
]);

/** Everything but logs and agents' words: the board shows it, and the queue follows from it. */
const BOARD_EVENTS: ReadonlySet<TaskEventType> = new Set([
  ...ROW_EVENTS,
  ...QUIET_EVENTS,
  // It is in no row of the listing.
  'artifact:added',
]);

/** What a parent has to know of its subtask. */
const PARENT_EVENTS: ReadonlySet<TaskEventType> = new Set([
  ...ENDS,
  'task:paused',
  'task:resumed',
  'task:restored',
]);

/** What may change what a parent asks of its subtasks. */
const SUBTASK_EVENTS: ReadonlySet<TaskEventType> = new Set([
  'subtask:created',
  'subtask:completed',
  'subtask:failed',
  'subtask:cancelled',
  'subtask:changed',
  'task:stage-changed',
  'task:cancelled',
  'task:trashed',
  // A task that goes on behind a gate goes on with its subtasks.
  'gate:approved',
  'gate:waived',
]);

/** Everybody who hears of a task. A new consumer is one row here. */
export function consumers(env: Env, hashOf: HashOf): readonly Consumer[] {
  return [
    {
      name: 'listing',
      wants: ROW_EVENTS,
      lazily: QUIET_EVENTS,
      awaits: ROW_EVENTS,
      deliver: (told) => writeNews(env, told),
    },
    {
      name: 'project',
      wants: BOARD_EVENTS,
      // Who waits for a task that has ended, and what is in the trash, is known when the request is answered.
      awaits: new Set([...ENDS, ...SHELVES]),
      deliver: async ({ state, events }) => {
        const row = taskRow(state);
        const told = toJsonText({ entry: queueEntry(state), row, events: events() });
        await projectObject(env, state.projectId).applyTask(told);
      },
    },
    {
      name: 'parent',
      wants: PARENT_EVENTS,
      awaits: PARENT_EVENTS,
      concerns: ({ parent }) => parent !== undefined,
      deliver: ({ state }) => tellParent(env, state),
    },
    {
      name: 'audit',
      wants: DECISION_EVENTS,
      awaits: new Set(),
      concerns: hasDecisions,
      deliver: (told) => auditDecisions(env, told, hashOf),
    },
    {
      name: 'lease-audit',
      wants: LEASE_ENDS,
      awaits: new Set(),
      concerns: wasForced,
      deliver: (told) => auditForced(env, told),
    },
    {
      name: 'subtasks',
      wants: SUBTASK_EVENTS,
      awaits: SUBTASK_EVENTS,
      concerns: ({ subtasks }) => subtasks.length > 0,
      deliver: (told) => tellSubtasks(env, told),
    },
  ];
}
