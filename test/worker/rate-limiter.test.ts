// How the limiter is asked: how often, by whom, and what holds while it is in trouble.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { refusalOf } from './ask.ts';
import { basic, newClient, type TestClient } from './oauth-world.ts';
import { askWith, meteredLimiter, newCredential, newIp, required } from './rate-world.ts';
import { newTask } from './world.ts';

describe('how the limiter is asked', () => {
  it('a read is at work before the limiter has answered; a write waits for it', async () => {
    const { headers, projectId } = await newCredential();
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const { LIMITER } = meteredLimiter(promise);
    const PROJECT = {
      getByName: (name: string) => {
        order.push('handler');
        resolve();
        return env.PROJECT.getByName(name);
      },
    } as unknown as Env['PROJECT'];
    const read = await askWith(`/queue?projectId=${projectId}`, {
      headers,
      vars: { LIMITER, PROJECT },
    });
    expect([read.status, ...order]).toEqual([200, 'handler']);
    expect(read.headers.get('X-RateLimit-Remaining')).toBe('599');

    const seen: string[] = [];
    const slow = meteredLimiter();
    const counted = {
      getByName: (name: string) => {
        const stub = slow.LIMITER.getByName(name);
        const take = async (...values: Parameters<typeof stub.take>) => {
          seen.push('asked');
          const taken = await stub.take(...values);
          seen.push('answered');
          return taken;
        };
        return { take };
      },
    } as unknown as Env['LIMITER'];
    const watched = {
      getByName: (name: string) => {
        seen.push('handler');
        return env.PROJECT.getByName(name);
      },
    } as unknown as Env['PROJECT'];
    const drained = await askWith(`/runners/${newId('run', Date.now())}/drain`, {
      method: 'POST',
      headers,
      vars: { LIMITER: counted, PROJECT: watched },
    });
    expect([drained.status, ...seen]).toEqual([404, 'asked', 'answered']);
  });

  it('a client has a limit of its own at the token endpoint, which nobody else uses up', async () => {
    const [client, other] = [await newClient(), await newClient()];
    const ask = (who: TestClient, secret = who.secret) =>
      askWith('/v1/auth/token', {
        method: 'POST',
        headers: {
          ...basic({ id: who.id, secret }),
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
        vars: required(),
        ip: newIp(),
      });
    expect((await ask(client, newSecret('cs'))).status).toBe(401);
    const answers = [];
    for (let n = 0; n < 61; n += 1) answers.push(await ask(client));
    expect(answers.map(({ status }) => status)).toEqual([...Array(60).fill(200), 429]);
    expect(answers[0]?.headers.get('RateLimit-Policy')).toBe('"token";q=60;w=60');
    const refused = answers.at(-1);
    expect(await refused?.json()).toMatchObject({ error: 'temporarily_unavailable' });
    expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await ask(other)).status).toBe(200);
  });

  it('one call a request, and none more for what is refused by scope or body', async () => {
    const { headers, runner } = await newCredential();
    const { calls, LIMITER } = meteredLimiter();
    await askWith('/tasks', { headers, vars: { LIMITER } });
    await askWith('/tasks', { method: 'POST', headers, vars: { LIMITER } });
    await askWith('/tasks/x', { headers, vars: { LIMITER } });
    expect(calls).toEqual([runner.id, runner.id, runner.id]);
  });

  it('in trouble it lets pass with what was last known; a gate is not decided uncounted', async () => {
    const { headers } = await newCredential();
    await askWith('/tasks', { headers });
    const never = { getByName: () => ({ take: () => new Promise(() => undefined) }) };
    const broken = { getByName: () => ({ take: () => Promise.reject(new Error('away')) }) };
    const left: (string | null)[] = [];
    for (const LIMITER of [never, broken]) {
      const answer = await askWith('/tasks', { headers, vars: { LIMITER } });
      expect(answer.status).toBe(200);
      left.push(answer.headers.get('X-RateLimit-Remaining'));
    }
    expect(left).toEqual(['598', '597']);
    const taskId = await newTask({ autonomy: 'review-before-merge' });
    const LIMITER = never;
    const vars = { LIMITER };
    const gate = `/tasks/${taskId}/gates/review/approve`;
    const undecided = await askWith(gate, { method: 'POST', vars });
    expect(undecided.headers.get('Retry-After')).toBe('5');
    expect(await refusalOf(undecided)).toEqual([503, 'unavailable']);
  });

  it('a gate has a limit of its own', async () => {
    const taskId = await newTask();
    const decided = await askWith(`/tasks/${taskId}/gates/review/approve`, { method: 'POST' });
    expect(decided.headers.get('RateLimit-Policy')).toBe('"gate";q=60;w=60');
  });
});
