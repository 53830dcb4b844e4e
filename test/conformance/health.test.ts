// Cases 1–6: health, origins, routing.

import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { ask, askRequired } from '../worker/ask.ts';
import { later, newShortLease, ring, stopTheClock } from '../worker/leased-world.ts';
import {
  claimOne,
  eventually,
  newProject,
  newTask,
  newTestRunner,
  workOn,
} from '../worker/world.ts';
import { INSTANT, refusal, refusalOf } from './checks.ts';

const PAGE = 'http://localhost:3001';
const FOREIGN = ['https://evil.test', 'http://localhost.evil.test', 'null', 'http://10.0.0.1:3000'];
const preflight = (origin: string, method = 'POST') => ({
  method: 'OPTIONS',
  headers: { Origin: origin, 'Access-Control-Request-Method': method },
});
const healthOf = async (projectId: string) => {
  const answer = await ask(`/daemon/health?projectId=${projectId}`);
  return { status: answer.status, body: await answer.json<Record<string, unknown>>() };
};

describe('health and origins', () => {
  it('1 GET /health', async () => {
    for (const answer of [await ask('/health'), await askRequired('/health')]) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: 'ok', version: packageJson.version });
    }
  });

  it('2 OPTIONS /health allows a page of this machine', async () => {
    for (const origin of [
      PAGE,
      'http://127.0.0.1:5173',
      'http://[::1]:3001',
      'https://localhost',
    ]) {
      for (const path of ['/health', '/tasks', '/tasks/x/status', '/config']) {
        const answer = await ask(path, preflight(origin));
        expect(answer.ok).toBe(true);
        expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin);
      }
      const allowed = (await ask('/tasks', preflight(origin))).headers;
      expect(allowed.get('Access-Control-Allow-Headers')?.toLowerCase()).toContain('content-type');
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        expect(allowed.get('Access-Control-Allow-Methods')).toContain(method);
      }
    }
  });

  it('2 an answer to a page of this machine can be read by it, a refusal too', async () => {
    const headers = { Origin: PAGE };
    for (const path of ['/health', '/tasks', '/tasks/x', '/nowhere']) {
      const answer = await ask(path, { headers });
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(PAGE);
    }
  });

  it.each(FOREIGN)('2 the origin %s is never allowed, and its requests are 403', async (origin) => {
    const headers = { Origin: origin };
    const json = { description: 'x' };
    for (const answer of [
      await ask('/health', preflight(origin)),
      await ask('/tasks', preflight(origin, 'GET')),
      await ask('/health', { headers }),
      await ask('/tasks', { headers, json }),
      await ask('/nowhere', { headers }),
    ]) {
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(null);
      expect(await refusalOf(answer)).toMatchObject({ status: 403, code: 'forbidden_origin' });
    }
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('3 %s of an unknown route', async (method) => {
    for (const path of [
      ...['/nowhere', '/tasks/x/nothing', '/tasks/x/gates/y/z', '/health/x', '/v9'],
      ...['/tasks/x/iterate', '/tasks/x/checkpoint', '/tasks/x/thoughts', '/tasks/x/worktree'],
    ]) {
      expect(await refusal(path, { method })).toMatchObject({
        ...{ status: 404, code: 'not_found', error: 'Not found' },
      });
    }
  });

  it('3 a known path with a wrong method is 405 and names the right ones', async () => {
    for (const [path, wrong, allowed] of [
      ['/health', 'DELETE', ['GET']],
      ['/tasks', 'DELETE', ['GET', 'POST']],
      ['/tasks/x', 'POST', ['GET']],
      ['/tasks/x/status', 'GET', ['PATCH', 'POST']],
      ['/tasks/x/log', 'DELETE', ['POST']],
      ['/tasks/x/cancel', 'GET', ['POST']],
      ['/tasks/x/gates/y/approve', 'GET', ['POST']],
      ['/tasks/trash', 'GET', ['DELETE']],
      ['/tasks/trash', 'POST', ['DELETE']],
      ['/tasks/paused', 'POST', ['GET']],
      ['/tasks/trashed', 'DELETE', ['GET']],
      ['/agents', 'POST', ['GET']],
      ['/config', 'PUT', ['GET', 'PATCH']],
      ['/templates/x', 'POST', ['DELETE', 'GET', 'PUT']],
      ['/openapi.json', 'POST', ['GET']],
    ] as const) {
      const answer = await ask(path, { method: wrong });
      const methods = answer.headers.get('Allow')?.split(', ') ?? [];
      const own = methods.filter((method) => method !== 'HEAD' && method !== 'OPTIONS');
      expect([path, own]).toEqual([path, allowed]);
      expect(await refusalOf(answer)).toMatchObject({ status: 405, code: 'method_not_allowed' });
    }
  });
});

describe('health of the runners', () => {
  it('4 GET /daemon/health without a runner', async () => {
    const { status, body } = await healthOf(await newProject());
    const { requestId, ...rest } = body;
    expect(status).toBe(503);
    expect(requestId).toMatch(/^req_/);
    expect(rest).toEqual({
      error: 'Daemon not running',
      code: 'unavailable',
      status: 'unavailable',
      metrics: null,
      message: expect.stringContaining('sluice run'),
      timestamp: INSTANT,
    });
  });

  it.each(['POST', 'PUT', 'DELETE'])('5 %s /daemon/health is 405', async (method) => {
    expect(await refusal('/daemon/health', { method })).toMatchObject({ status: 405 });
  });

  it('6 GET /daemon/health with a runner tells how it does', async () => {
    const projectId = await newProject();
    await newTask({ projectId, workflow: 'bugfix' });
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    const { status, body } = await healthOf(projectId);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'healthy',
      metrics: {
        uptime: expect.any(Number),
        memoryUsage: null,
        taskCounts: { processed: 0, succeeded: 0, failed: 0, active: 1 },
        lastHealthCheck: INSTANT,
        healthChecksPassed: expect.any(Number),
        healthChecksFailed: 0,
        restartHistory: [],
      },
      daemon: { isRunning: true, pid: null, startedAt: INSTANT, uptime: expect.any(Number) },
      timestamp: INSTANT,
    });
    await workOn(holder);
    await eventually(async () => (await healthOf(projectId)).body['metrics']).toMatchObject({
      taskCounts: { processed: 1, succeeded: 1, failed: 0, active: 0 },
    });
  });
});

describe('a runner that is lost', () => {
  stopTheClock();

  it('6 makes it degraded for ten minutes', async () => {
    const { projectId, taskId } = await newShortLease();
    later(16_000);
    await ring(taskId);
    await newTestRunner(projectId, { name: 'other' });
    await eventually(async () => (await healthOf(projectId)).body).toMatchObject({
      status: 'degraded',
      metrics: { healthChecksFailed: 1 },
    });
  });

  it('6 that was not seen for an hour is not connected', async () => {
    const projectId = await newProject();
    await newTestRunner(projectId);
    expect((await healthOf(projectId)).status).toBe(200);
    later(3_600_000);
    expect(await healthOf(projectId)).toMatchObject({ status: 503, body: { metrics: null } });
  });
});
