// What metrics show of deployments, incidents, monitors and endpoints.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { publish } from './internet.ts';
import { metricsOf } from './metrics-world.ts';
import { checkNow, checkTimes, DOWN, newMonitor } from './monitor-world.ts';
import { newEndpoint } from './webhook-world.ts';
import { eventually, newProject, newTask } from './world.ts';

const DAY_MS = 86_400_000;

describe('what others know', () => {
  const DEPLOYMENT = `INSERT INTO deployments (id, project_id, environment, state, source, stages, artifacts,
    auto_promote, timeout_seconds, deadline_at, created_by, created_at, started_at, finished_at)
    VALUES (?1, ?2, ?3, ?4, '{}', '[]', '[]', 1, 1, 1, 'usr_local', ?5, ?6, ?7)`;
  const INCIDENT = `INSERT INTO incidents (id, project_id, environment, kind, severity, state, title, summary,
    opened_by, opened_at, resolved_at, evidence, timeline)
    VALUES (?1, ?2, 'production', 'manual', 'minor', ?3, '', '', 'usr_local', ?4, ?5, '{}', '[]')`;

  it('of deployments and incidents is counted on the day it happened', async () => {
    const projectId = await newProject();
    const now = Date.now();
    const deploy = (environment: string, state: string, tookMs: number | null, at = now) =>
      env.DB.prepare(DEPLOYMENT)
        .bind(newId('dep', at), projectId, environment, state, at, at, tookMs && at + tookMs)
        .run();
    await deploy('production', 'succeeded', 60_000, now - 40 * DAY_MS);
    await deploy('production', 'succeeded', 1_000);
    await deploy('production', 'succeeded', 3_000);
    await deploy('staging', 'failed', 9_000);
    await deploy('staging', 'cancelled', 1);
    await deploy('staging', 'running', null);
    const incident = (state: string, openedAt: number, resolvedAt: number | null) =>
      env.DB.prepare(INCIDENT)
        .bind(newId('inc', openedAt), projectId, state, openedAt, resolvedAt)
        .run();
    await incident('open', now, null);
    await incident('acknowledged', now - 50 * DAY_MS, null);
    await incident('resolved', now - 50 * DAY_MS, now);
    const { runtime } = await metricsOf(projectId);
    expect(runtime.deployments).toEqual({
      ...{ started: 5, succeeded: 2, failed: 1, cancelled: 1, successRate: 0.666667 },
      durationMs: { p50: 3_000, p95: 9_000, max: 9_000 },
    });
    const took = 50 * DAY_MS;
    expect(runtime.incidents).toEqual({
      ...{ opened: 1, open: 2, resolved: 1 },
      timeToResolveMs: { p50: took, p95: took, max: took },
    });
    const staging = (await metricsOf(projectId, '?environment=staging')).runtime;
    expect(staging.deployments).toMatchObject({ started: 3, succeeded: 0, failed: 1 });
    expect(staging.incidents).toMatchObject({ opened: 0, open: 0, resolved: 0 });
  });

  it('of monitors is availability, and of checks that a monitor of there has made', async () => {
    const { projectId, id, url } = await newMonitor();
    await checkTimes(id, 2);
    await publish(url, DOWN);
    await checkNow(id);
    const { availability } = (await metricsOf(projectId)).runtime;
    const { byMonitor, ...all } = availability;
    expect(all).toMatchObject({ checks: 4, failed: 1, ratio: 0.75 });
    expect(byMonitor).toMatchObject([{ monitorId: id, environment: 'production', ...all }]);
    const { p50, p95, max } = availability.latencyMs;
    expect(p50).toBeGreaterThanOrEqual(0);
    expect(p95).toBeGreaterThanOrEqual(p50 ?? Infinity);
    expect(max).toBeGreaterThanOrEqual(p95 ?? Infinity);
    const own = await metricsOf(projectId, '?environment=production');
    expect(own.runtime.availability).toEqual(availability);
    const staging = await metricsOf(projectId, '?environment=staging');
    expect(staging.runtime.availability).toMatchObject({ checks: 0, ratio: null });
    const before = await metricsOf(projectId, '?from=2020-01-01&to=2020-01-02');
    expect(before.runtime.availability).toMatchObject({ checks: 0, ratio: null });
  });

  it('of endpoints is what was delivered', async () => {
    const { projectId } = await newEndpoint({ types: ['task.created'] });
    await newTask({ projectId });
    await eventually(async () => (await metricsOf(projectId)).runtime.webhooks).toEqual({
      ...{ delivered: 1, failed: 0, pending: 0 },
    });
  });

  it('is left out where it cannot be asked', async () => {
    const { projectId, object, stub } = await newEndpoint();
    await object.refresh();
    await runInDurableObject(stub, (_, { storage }) => {
      const tables = storage.sql
        .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
        .toArray();
      for (const { name } of tables) {
        if (!/^(_cf_|sqlite_|migrations$)/.test(name)) storage.sql.exec(`DROP TABLE "${name}"`);
      }
    });
    await evictDurableObject(stub);
    const { runtime } = await metricsOf(projectId);
    expect(runtime.webhooks).toEqual({ delivered: 0, failed: 0, pending: 0 });
  });
});
