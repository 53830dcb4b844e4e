// Requests as a client on this machine sends them.

import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { app } from '../../src/app.ts';

export const ORIGIN = 'http://localhost:3000';

type Init = RequestInit & { readonly json?: unknown };

/** Asks the Worker in open mode, as `npm run dev` runs it. */
export function ask(path: string, init: Init = {}): Promise<Response> {
  return exports.default.fetch(request(path, init));
}

/** Asks the same Worker in required mode, as it is deployed. */
export async function askRequired(path: string, init: Init = {}): Promise<Response> {
  const required = { ...env, AUTH_MODE: 'required' } as const;
  return app.fetch(request(path, init), required, createExecutionContext());
}

export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}

/** The refusal of an answer, in the two words that matter. */
export async function refusalOf(answer: Response): Promise<[number, unknown]> {
  const body: { code?: unknown } = await answer.json();
  return [answer.status, body.code];
}

function request(path: string, init: Init): Request {
  const { json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (!headers.has('Host')) headers.set('Host', 'localhost:3000');
  if (json === undefined) return new Request(ORIGIN + path, { ...rest, headers });
  headers.set('Content-Type', 'application/json');
  const method = rest.method ?? 'POST';
  return new Request(ORIGIN + path, { ...rest, method, headers, body: JSON.stringify(json) });
}
