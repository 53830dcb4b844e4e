import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../console/src/live/feed.ts';
import { withEvent } from '../../console/src/live/row-change.ts';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { TaskRow } from '../../src/contract/task.ts';
import { evolve } from '../../src/domain/evolve.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { taskRow } from '../../src/domain/view.ts';
import { histories } from '../domain/law.ts';

/** What the feed of the project leaves out. */
const isTold = ({ type }: TaskEvent): boolean => type !== 'log:entry' && !type.startsWith('agent:');

const told = (event: TaskEvent): FeedEvent => ({
  ...{ type: event.type, taskId: event.taskId, timestamp: event.timestamp, seq: event.seq },
  taskSeq: event.seq,
  // The server sends it as it is.
  data: event.data as unknown as FeedEvent['data'],
});

/** What subtasks have spent is not summed by who looks on, and an agent may be left out until it is told. */
function comparable(row: TaskRow, like: TaskRow = row) {
  const { updatedAt: _, usage, agent, ...rest } = row;
  const { withSubtasks: __, ...own } = usage;
  return { ...rest, usage: own, ...(like.agent === undefined ? {} : { agent }) };
}

describe('the row of a task', () => {
  it('is, after each event of the feed, the row that the server has', () => {
    let compared = 0;
    for (const { events } of histories()) {
      let state: TaskState | null = null;
      let row: TaskRow | undefined;
      for (const event of events) {
        state = evolve(state, event);
        if (!isTold(event)) continue;
        row = withEvent(row, told(event));
        if (row === undefined) throw new Error(`${event.type} makes no row.`);
        compared += 1;
        const server = taskRow(state);
        expect([event.type, comparable(row)]).toEqual([event.type, comparable(server, row)]);
      }
    }
    expect(compared).toBeGreaterThan(1_000);
  });

  // What a connection missed comes after the rows as they are, which may have the last of it in them.
  it('is the same after an event that is told twice', () => {
    for (const { events } of histories()) {
      let row: TaskRow | undefined;
      for (const event of events.filter(isTold)) {
        row = withEvent(row, told(event));
        expect([event.type, withEvent(row, told(event))]).toEqual([event.type, row]);
      }
    }
  });
});
