// What the cases look at: refusals of the promised shape, and that a refusal has changed nothing.

import { expect } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { ERRORS, ErrorBody } from '../../src/contract/error.ts';
import { ask } from '../worker/ask.ts';
import { getTask } from '../worker/world.ts';

export const JSON_TYPE = { 'Content-Type': 'application/json' };
export const INSTANT: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const OK = { status: 200, body: { ok: true } };
export const NO_USAGE = { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 0 };

/** "404" of the cases. */
export const NO_TASK = { status: 404, code: 'not_found', error: 'Task not found' };

/** Ids that no task has: a good one, and some that are none. */
export const UNKNOWN_IDS = [newTaskId(Date.now()), 'non-existent-id', '..%2fx'];

/** A refusal, checked for what all of them promise: JSON, a known code at its status, nothing from inside. */
export async function refusalOf(answer: Response) {
  const text = await answer.text();
  if (answer.ok) throw new Error(`Not refused: ${answer.status} ${text}`);
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
  const body = ErrorBody.parse(JSON.parse(text));
  expect(ERRORS[body.code].status).toBe(answer.status);
  expect(body).not.toHaveProperty('message');
  expect(text).not.toMatch(/SQLITE|D1_|TypeError|ZodError|\bat \w+[. ]?\w* \(|\.ts:/);
  return { ...body, status: answer.status };
}

type Init = Parameters<typeof ask>[1];

/** Asks for what must be refused. */
export const refusal = async (path: string, init: Init = {}) => refusalOf(await ask(path, init));

/** The task is afterwards what it was before, to the last event. */
export async function leavesAlone(taskId: string, act: () => Promise<unknown>): Promise<void> {
  const before = await getTask(taskId);
  await act();
  expect(await getTask(taskId)).toEqual(before);
}

/** Every member that is null, at any depth. */
export const nullsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(\w+)":null/g)].map((match) => match[1] ?? '');
