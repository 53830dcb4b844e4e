// What a query parameter that is wrong is answered: a sentence of ours, never one of the validator.

import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { newTask } from './world.ts';

const ONCE = 'must be given once';

describe('a query parameter', () => {
  it.each([
    ['limit=1&limit=2', 'Limit must be a whole number from 1 to 100'],
    ['offset=1&offset=2', 'Offset must be a whole number from 0 to 1000'],
    ['q=a&q=b', `Q ${ONCE}`],
    ['workflow=a&workflow=b', `Workflow ${ONCE}`],
    ['cursor=a&cursor=b', `Cursor ${ONCE}`],
    ['status=queued&status=failed', 'Status must be given once, its values comma-separated'],
    ['total=true&total=true', 'Total must be one of: true, false'],
    [`q=${'a'.repeat(201)}`, 'Q must be 200 characters or less'],
    [`workflow=${'a'.repeat(101)}`, 'Workflow must be 100 characters or less'],
    [`cursor=${'a'.repeat(201)}`, 'Cursor must be 200 characters or less'],
  ])('of the list, %s', async (query, message) => {
    const answer = await ask(`/tasks?${query}`);
    expect(answer.status).toBe(400);
    const path = `?${query.slice(0, query.indexOf('='))}`;
    expect(await answer.json()).toMatchObject({ error: message, errors: [{ path, message }] });
  });

  it.each([
    ['after=1&after=2', 'After must be a whole number'],
    ['limit=1&limit=2', 'Limit must be a whole number from 1 to 1000'],
    ['wait=1&wait=2', 'Wait must be a whole number from 0 to 30'],
    ['until=end&until=end', 'Until must be: end'],
  ])('of the events, %s', async (query, message) => {
    const answer = await ask(`/tasks/${await newTask()}/events?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: message });
  });

  it.each([
    ['after=0&after=1', 'After must be a whole number'],
    ['until=end&until=end', 'Until must be: end'],
  ])('of a socket, %s', async (query, message) => {
    const headers = { Upgrade: 'websocket' };
    const answer = await ask(`/stream/${await newTask()}?${query}`, { headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: message });
  });
});
