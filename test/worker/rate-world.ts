// Requests that are counted, and what the answers say of the limit.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { app } from '../../src/app.ts';
import { bearer, ORIGIN } from './ask.ts';
import { newProject, newTestRunner } from './world.ts';

/** Calls of limiters, by the name of the object; and how long each takes to answer. */
export function meteredLimiter(hold: Promise<void> = Promise.resolve()) {
  const calls: string[] = [];
  const LIMITER = {
    getByName: (name: string) => {
      const stub = env.LIMITER.getByName(name);
      const take = async (...values: Parameters<typeof stub.take>) => {
        calls.push(name);
        const taken = await stub.take(...values);
        await hold;
        return taken;
      };
      return { take };
    },
  };
  return { calls, LIMITER: LIMITER as unknown as Env['LIMITER'] };
}

/** What a deployment sets, and bindings in place of ours. */
export type Settings = Readonly<Record<string, unknown>>;

export interface Asked extends RequestInit {
  readonly vars?: Settings;
  readonly ip?: string;
}

/** Asks with settings of its own. Without an address given, each is a stranger of its own. */
export function askWith(
  path: string,
  { vars = {}, ip, headers, ...init }: Asked = {},
): Promise<Response> {
  const all = new Headers(headers);
  all.set('Host', 'localhost:3000');
  if (ip !== undefined) all.set('CF-Connecting-IP', ip);
  const settings = { ...env, RATE_LIMIT_DEFAULT: '600', ...vars } as Env;
  const request = new Request(ORIGIN + path, { ...init, headers: all });
  return Promise.resolve(app.fetch(request, settings, createExecutionContext()));
}

export const required = (vars: Settings = {}): Settings => ({ AUTH_MODE: 'required', ...vars });
let network = 0;
export const newIp = () => {
  network += 1;
  return `10.${network >> 8}.${network & 255}.1`;
};

export const FIELDS = [
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit-Policy',
  'RateLimit',
];
export const fieldsOf = ({ headers }: Response) => FIELDS.map((name) => headers.get(name));

export async function newCredential() {
  const projectId = await newProject();
  const runner = await newTestRunner(projectId);
  return { projectId, runner, headers: bearer(runner.token) };
}
