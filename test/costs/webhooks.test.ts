// What one event to one healthy endpoint costs, beside its effect.

import { evictDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import type { Cost } from '../../tools/costs/count.ts';
import { newEndpoint, type TestEndpoint } from '../worker/webhook-world.ts';
import { newTask, projectStub, send } from '../worker/world.ts';
import { costOf, stopTime } from './cost-of.ts';
import { newKnownWorld } from './known-world.ts';

stopTime();

let people = 0;
const invite = (projectId: string) =>
  send(`/v1/projects/${projectId}/invitations`, {
    email: `somebody-${++people}@example.com`,
    role: 'viewer',
  });

/** What the one has beside the other. */
function beside(whole: Cost, part: Cost): Cost {
  const names = Object.keys({ ...whole, ...part }) as (keyof Cost)[];
  const more = names.map((name) => [name, (whole[name] ?? 0) - (part[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count !== 0));
}

/** A project that has sent to its endpoint before, so that what is paid once is paid. */
async function newSendingWorld() {
  const { projectId } = await newKnownWorld();
  const endpoint = await newEndpoint({ projectId, types: ['member.invited', 'task.created'] });
  await evictDurableObject(projectStub(projectId));
  await costOf(() => invite(projectId));
  await costOf(() => newTask({ projectId }));
  expect(await endpoint.states()).toEqual(['succeeded', 'succeeded']);
  return { projectId, endpoint };
}

/** The same project without an endpoint. */
async function newSilentWorld() {
  const { projectId } = await newKnownWorld();
  await costOf(() => invite(projectId));
  await costOf(() => newTask({ projectId }));
  return projectId;
}

const arrivals = async ({ states }: TestEndpoint) =>
  (await states()).filter((state) => state === 'succeeded').length;

/** The project's object takes the event and calls the endpoint's, each with an alarm in case it is cut off. */
const ONE_EVENT: Cost = { webhookCalls: 1, rowsRead: 10, rowsWritten: 2, alarms: 2 };
/** The event is written by the project's object whether or not there is an endpoint. */
const EVENT_ROWS = 1;

it('an invitation costs two calls of objects and three rows: the event, the delivery and its result', async () => {
  const silent = await newSilentWorld();
  const { projectId, endpoint } = await newSendingWorld();
  const alone = await costOf(() => invite(silent));
  expect(alone).toMatchObject({ projectCalls: 1, rowsWritten: EVENT_ROWS });
  const cost = await costOf(() => invite(projectId));
  expect(await arrivals(endpoint)).toBe(3);
  // How many rows D1 reads hangs on what else is in its tables.
  expect({ ...beside(cost, alone), d1RowsRead: 0 }).toEqual({ ...ONE_EVENT, d1RowsRead: 0 });
  expect(cost).toMatchObject({ projectCalls: 1, webhookCalls: 1, rowsWritten: 3 });
  expect(cost).not.toHaveProperty('alarmsRung');
});

it('an event of a task costs one call and two rows beside what the task costs anyhow', async () => {
  const silent = await newSilentWorld();
  const { projectId, endpoint } = await newSendingWorld();
  const alone = await costOf(() => newTask({ projectId: silent }));
  const cost = await costOf(() => newTask({ projectId }));
  expect(await arrivals(endpoint)).toBe(3);
  expect(beside(cost, alone)).toEqual(ONE_EVENT);
});
