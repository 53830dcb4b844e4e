// What is told of a task's subtasks, of those it waits for, and of the shelves it lies on.

import type { TaskEvent } from '../../src/contract/event.ts';
import { subtaskOrders } from '../../src/domain/family.ts';
import { blockedBy, type TaskState } from '../../src/domain/task.ts';

const short = (id: string): string => id.replace(/^task_/, '');

/** What is worth telling of such an event, besides its number and name. */
export function familyWords(event: TaskEvent): readonly string[] {
  switch (event.type) {
    case 'task:queued':
      return event.data.waitingFor === 'dependency' ? ['waitingFor=dependency'] : [];
    case 'subtask:created': {
      const { subtask, definition } = event.data;
      const waits = definition.dependsOn.map(short).join('+');
      return [`sub=${short(subtask.id)}`, ...(waits === '' ? [] : [`waits=${waits}`])];
    }
    case 'subtask:completed':
    case 'subtask:failed':
    case 'subtask:cancelled':
      return [`sub=${short(event.data.subtask.id)}`];
    case 'subtask:changed':
      return [`sub=${short(event.data.subtask.id)}`, `status=${event.data.subtask.status}`];
    case 'dependency:changed': {
      const { dependency } = event.data;
      return [`of=${short(dependency.id)}`, `status=${dependency.status}`];
    }
    case 'task:decomposed':
      return [`strategy=${event.data.strategy}`];
    case 'task:trashed':
      return [`restoresTo=${event.data.restoresTo}`];
    case 'gate:vote':
      return [`votes=${event.data.votes.length}`];
    case 'trash:emptied':
      return [`deletedCount=${event.data.deletedCount}`];
    default:
      return [];
  }
}

/** Where the task lies, and whom it waits for. */
export function familyState(state: TaskState): string {
  const blocked = blockedBy(state).map(short);
  const waits = state.status === 'pending' && blocked.length > 0;
  return [
    waits ? `, waits for ${blocked.join(' and ')}` : '',
    state.status === 'pending' && state.parked ? ', put aside' : '',
    state.archivedAt === undefined ? '' : ', in the archive',
    state.trashedAt === undefined ? '' : ', in the trash',
  ].join('');
}

/** What the task asks of its subtasks now. */
export function tellOrders(state: TaskState): readonly string[] {
  return subtaskOrders(state).map(({ id, order }) => `asks ${short(id)} to ${order}`);
}
