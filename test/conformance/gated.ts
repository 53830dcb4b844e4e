// Tasks with gates, and what decides them.

import { expect } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import { newTask, read, report, send } from '../worker/world.ts';

type Fields = Record<string, unknown>;

export const HELD = { ok: true, status: 'waiting-approval', gate: 'review' };

export const newGated = (fields: Fields = {}) =>
  newTask({ autonomy: 'review-before-merge', ...fields });

export const decide = (taskId: string, verb: string, json: unknown = {}, gate = 'review') =>
  send(`/tasks/${taskId}/gates/${gate}/${verb}`, json);

export const gatesOf = async (taskId: string): Promise<Gate[]> => {
  const { status, body } = await read<{ gates: Gate[] }>(`/tasks/${taskId}/gates`);
  expect([status, Object.keys(body)]).toEqual([200, ['gates']]);
  return body.gates;
};

/** A gated task that asked to be completed and is held. */
export async function newHeld(fields: Fields = {}): Promise<string> {
  const taskId = await newGated(fields);
  await report(taskId, { status: 'in-progress' });
  const held = await report(taskId, { status: 'completed', message: 'ready' });
  expect(held).toEqual({ status: 200, body: HELD });
  return taskId;
}
