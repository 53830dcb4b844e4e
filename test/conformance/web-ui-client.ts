// The original web UI as its server meets it: a page on another port, a JSON content type on every request, and a
// preflight before each.

import { expect } from 'vitest';
import { ask } from '../worker/ask.ts';

export const ORIGIN = 'http://localhost:3001';
const CONTENT_TYPE = { 'Content-Type': 'application/json' };

/** What a browser asks first, and what it needs to hear before it sends the request itself. */
async function preflight(method: string, path: string): Promise<void> {
  const answer = await ask(path, {
    method: 'OPTIONS',
    headers: {
      Origin: ORIGIN,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'content-type',
    },
  });
  expect([path, answer.status]).toEqual([path, 204]);
  expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
  const listed = (name: string) => (answer.headers.get(name) ?? '').toLowerCase().split(/,\s*/);
  expect(listed('Access-Control-Allow-Methods')).toContain(method.toLowerCase());
  expect(listed('Access-Control-Allow-Headers')).toContain('content-type');
}

type Body = Record<string, unknown>;

interface Call<T> {
  readonly status: number;
  readonly body: T;
}

/** A call of the web UI. Without `json` its body is empty, its content type JSON all the same. */
export async function call<T = Body>(
  method: string,
  path: string,
  json?: unknown,
): Promise<Call<T>> {
  await preflight(method, path);
  const body = json === undefined ? (method === 'GET' ? null : '') : JSON.stringify(json);
  const answer = await ask(path, { method, body, headers: { Origin: ORIGIN, ...CONTENT_TYPE } });
  expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
  return { status: answer.status, body: await answer.json<T>() };
}

/** The same, of which the web UI shows the answer. */
export async function show<T = Body>(method: string, path: string, json?: unknown): Promise<T> {
  const { status, body } = await call<T>(method, path, json);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
}
