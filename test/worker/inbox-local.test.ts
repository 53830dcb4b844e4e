// The inbox of the local owner, whose project nobody has looked at as a project yet.

import { expect, it } from 'vitest';
import type { Inbox } from '../../src/contract/inbox.ts';
import { eventually, newTask, read, report } from './world.ts';

it('shows what waits in the default project, though it is the first that is asked of it', async () => {
  const taskId = await newTask({ autonomy: 'review-before-merge' });
  expect(await report(taskId, { status: 'completed' })).toMatchObject({ status: 200 });
  const waiting = async () => (await read<Inbox>('/gates')).body.gates.map((gate) => gate.taskId);
  await eventually(waiting).toEqual([taskId]);
});
