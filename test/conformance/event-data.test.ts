// Every event that exists, told in real stories: it fits its schema, and its data is what §10 says.

import { describe, expect, it } from 'vitest';
import { TaskEvent, type TaskEventType } from '../../src/contract/event.ts';
import { PROMISED, TASK_MEMBERS } from './event-promises.ts';
import { tellStories } from './event-stories.ts';

// The keys of a record of exactly these.
const TYPES = Object.keys(PROMISED) as TaskEventType[];
let told: Promise<readonly TaskEvent[]> | undefined;

/** The events of all stories, or those of some types. They are told once, by whoever asks first. */
async function stories(...types: readonly TaskEventType[]): Promise<readonly TaskEvent[]> {
  told ??= tellStories();
  const events = await told;
  return types.length === 0 ? events : events.filter(({ type }) => types.includes(type));
}

/** What an event holds, by name. */
const dataOf = (event: TaskEvent): Record<string, unknown> => ({ ...event.data });

describe.each(TYPES)('%s', (type) => {
  it('happens in a story, and fits its schema with nothing left over', async () => {
    const events = await stories(type);
    expect(events.length).toBeGreaterThan(0);
    for (const event of events) expect(TaskEvent.parse(event)).toEqual(event);
  });

  it('has the members that are promised, and none that is null', async () => {
    for (const event of await stories(type)) {
      for (const member of PROMISED[type]) {
        expect(event.data, `${type} has ${member}`).toHaveProperty(member);
      }
      expect(JSON.stringify(event)).not.toMatch(/"\w+":null/);
    }
  });
});

describe('members that many events share', () => {
  it('the data of every task:* event has a status', async () => {
    for (const event of await stories()) {
      if (event.type.startsWith('task:')) expect(event.data, event.type).toHaveProperty('status');
    }
  });

  it('a task in an event is whole, and is the task as it is after it', async () => {
    const carriers = (await stories()).filter((event) => dataOf(event)['task'] !== undefined);
    expect(new Set(carriers.map(({ type }) => type)).size).toBe(9);
    for (const event of carriers) {
      const { task, status } = dataOf(event);
      for (const member of TASK_MEMBERS) expect(task, event.type).toHaveProperty(member);
      expect(task).toMatchObject({ id: event.taskId, status, seq: event.seq });
    }
  });

  it('the data of task:created, task:started and task:completed is the task', async () => {
    for (const event of await stories('task:created', 'task:started', 'task:completed')) {
      expect(event.data).toMatchObject({ id: event.taskId, seq: event.seq });
    }
    for (const event of await stories('task:created')) {
      expect(event.data).toMatchObject({ status: 'pending', createdAt: event.timestamp, seq: 1 });
    }
    for (const event of await stories('task:completed')) {
      expect(event.data).toMatchObject({ status: 'completed', completedAt: event.timestamp });
    }
  });

  it('no event holds a prompt, a conversation or a path of somebody’s machine', async () => {
    for (const event of await stories()) {
      expect(JSON.stringify(event), event.type).not.toMatch(/"(prompt|conversation|projectPath)"/);
    }
  });
});
