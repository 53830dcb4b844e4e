// Metrics as they are asked for, and a runner that tells what it has used.

import { expect } from 'vitest';
import type { ProjectMetrics } from '../../src/contract/metrics.ts';
import { ask } from './ask.ts';
import { type Holder, read } from './world.ts';

export const pathOf = (projectId: string, query = ''): string =>
  `/v1/projects/${projectId}/metrics${query}`;

export async function metricsOf(projectId: string, query = ''): Promise<ProjectMetrics> {
  const { status, body } = await read<ProjectMetrics>(pathOf(projectId, query));
  expect(status).toBe(200);
  return body;
}

export async function csvOf(projectId: string, query = ''): Promise<readonly string[]> {
  const answer = await ask(pathOf(projectId, query), { headers: { Accept: 'text/csv' } });
  expect(answer.status).toBe(200);
  return (await answer.text()).split('\r\n');
}

/** Reports of what was used, numbered from `first`. */
export const usageBatch = (first: number, all: readonly Record<string, unknown>[]) =>
  all.map((data, index) => ({ n: first + index, type: 'usage:report', data }));

export const use = (holder: Holder, first: number, ...all: readonly Record<string, unknown>[]) =>
  holder.events(usageBatch(first, all));
