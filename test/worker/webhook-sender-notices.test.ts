// What endpoints are told of one another must end, also where all of them are dead.

import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { newEndpoint, newPost } from './webhook-world.ts';
import { eventually } from './world.ts';

const NOTICE = 'webhook_delivery.exhausted';

it('tells of what it gave up, but not where that was such a notice itself', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 500 });
  await endpoint.object.enqueue(1, [newPost(1, { type: NOTICE }), newPost(2)]);
  for (const sequence of [1, 2]) {
    await eventually(async () => (await endpoint.attempts(sequence)).length).toBe(1);
  }
  // The last try of the schedule is due.
  await endpoint.sql('UPDATE deliveries SET tries = 9, due_at = 1');
  await endpoint.ring();
  await eventually(endpoint.states).toEqual(['exhausted', 'exhausted']);
  const given = async () => {
    const sql = `SELECT changes FROM audit WHERE project_id = ? AND action = '${NOTICE}'`;
    const { results } = await env.DB.prepare(sql)
      .bind(endpoint.projectId)
      .all<{ changes: string }>();
    return results.map(({ changes }) => changes);
  };
  await eventually(given).toEqual([expect.stringContaining('deployment.succeeded')]);
  expect(await endpoint.sql('SELECT id FROM reports')).toEqual([]);
});
