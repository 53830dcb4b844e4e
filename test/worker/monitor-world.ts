// Monitors of URLs that a test decides about.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { randomHex } from '../../src/auth/id.ts';
import type { Incident } from '../../src/contract/incident.ts';
import type { CheckedNow, Monitor } from '../../src/contract/monitor.ts';
import type { Publication } from '../internet/serve.ts';
import { ask } from './ask.ts';
import { publish } from './internet.ts';
import { eventually, newProject, read, send } from './world.ts';

export const monitorStub = (id: string) => env.MONITOR.getByName(id);
export const newUrl = () => `https://watched-${randomHex()}.example.com/health`;
export const UP: Publication = { status: 200, body: 'all is well' };
export const DOWN: Publication = { status: 500, body: 'no' };

export const getMonitor = async (id: string) => (await read<Monitor>(`/v1/monitors/${id}`)).body;
export const incidentsOf = async (projectId: string, query = '') =>
  (await read<{ data: Incident[] }>(`/v1/projects/${projectId}/incidents?limit=100${query}`)).body
    .data;

/** Asks now; what came of it. */
export async function checkNow(id: string): Promise<CheckedNow> {
  const { status, body } = await send<CheckedNow>(`/v1/monitors/${id}/check`);
  expect(status).toBe(200);
  return body;
}

/** A monitor that has been asked once, as it is on its making. */
export async function newMonitor(fields: Record<string, unknown> = {}, page = UP) {
  const projectId = await newProject();
  const url = newUrl();
  await publish(url, page);
  const wanted = { environment: 'production', name: 'Shop', url, intervalSeconds: 3_600 };
  const path = `/v1/projects/${projectId}/monitors`;
  const { status, body } = await send<Monitor>(path, { ...wanted, ...fields });
  expect(status).toBe(201);
  await eventually(async () => (await getMonitor(body.id)).lastCheckAt).not.toBeNull();
  return { projectId, url, id: body.id, monitor: body };
}

/** As often as that, what stands at the URL being so. */
export async function checkTimes(id: string, times: number): Promise<CheckedNow> {
  let last = await checkNow(id);
  for (let n = 1; n < times; n++) last = await checkNow(id);
  return last;
}

/** Rings its alarm at a time at which a check is due. */
export async function ringWhenDue(id: string): Promise<void> {
  await runInDurableObject(monitorStub(id), (_, { storage }) => {
    const known = storage.kv.get<object>('monitor');
    storage.kv.put('monitor', { ...known, slot: -1 });
  });
  await runDurableObjectAlarm(monitorStub(id));
}

export const sleep = (id: string) => evictDurableObject(monitorStub(id));

/** When it wakes next, in milliseconds; null: never. */
export const alarmOf = (id: string) =>
  runInDurableObject(monitorStub(id), (_, { storage }) => storage.getAlarm());

/** Whether nothing at all is left of it. */
export const isErased = (id: string) =>
  runInDurableObject(
    monitorStub(id),
    (_, { storage }) =>
      storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'checks'").toArray().length === 0,
  );

/** While D1 has no such table. */
export async function without(table: string, work: () => Promise<void>): Promise<void> {
  await env.DB.prepare(`ALTER TABLE ${table} RENAME TO ${table}_away`).run();
  try {
    await work();
  } finally {
    await env.DB.prepare(`ALTER TABLE ${table}_away RENAME TO ${table}`).run();
  }
}

export const patch = (id: string, json: object, headers: Record<string, string> = {}) =>
  ask(`/v1/monitors/${id}`, { method: 'PATCH', json, headers });
