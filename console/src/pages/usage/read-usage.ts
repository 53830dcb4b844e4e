// Reads what was used: the rows of the shown project, or of every project where they are to be told apart.

import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Listing } from '../../../../src/contract/listing.ts';
import type { Project } from '../../../../src/contract/project.ts';
import { get, type Refusal, withQuery } from '../../api/ask.ts';
import { type UsageRow, usageRows } from './usage-rows.ts';

export interface UsageWindow {
  readonly from: string;
  readonly to: string;
}

interface Read {
  readonly rows: readonly UsageRow[];
  /** Projects whose numbers are not shown, since there are too many or they may not be seen. */
  readonly left: number;
}

export interface UsageReading {
  readonly value: Signal<Read | null>;
  readonly refusal: Signal<Refusal | null>;
}

/** Each is asked for by itself. */
const PROJECTS_MAX = 25;

export const metricsPath = (project: string, window: UsageWindow): string =>
  withQuery(`/v1/projects/${project}/metrics`, { ...window });

/** Reads the rows of `project`, or of all where `isWide`. */
export function useUsage(
  project: string | null,
  { from, to }: UsageWindow,
  isWide: boolean,
): UsageReading {
  const value = useSignal<Read | null>(null);
  const refusal = useSignal<Refusal | null>(null);
  useEffect(() => {
    if (project === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    const read = isWide ? readAll : readOne;
    void read(project, { from, to }, signal)
      .then((answer) => {
        if ('rows' in answer) value.value = answer;
        refusal.value = 'rows' in answer ? null : answer;
      })
      // Another window is asked for by now.
      .catch(() => {});
    return () => controller.abort();
  }, [project, from, to, isWide]);
  return { value, refusal };
}

const csvOf = (project: string, window: UsageWindow, signal: AbortSignal) =>
  get<string>(metricsPath(project, window), { headers: { Accept: 'text/csv' }, signal });

async function readOne(
  project: string,
  window: UsageWindow,
  signal: AbortSignal,
): Promise<Read | Refusal> {
  const answer = await csvOf(project, window, signal);
  return answer.ok ? { rows: usageRows(answer.value, project), left: 0 } : answer.refusal;
}

async function readAll(
  _: string,
  window: UsageWindow,
  signal: AbortSignal,
): Promise<Read | Refusal> {
  const known = await get<Listing<Project>>('/v1/projects?limit=100', { signal });
  if (!known.ok) return known.refusal;
  const asked = known.value.data.slice(0, PROJECTS_MAX);
  const answers = await Promise.all(
    asked.map(async ({ id, name }) => ({ name, answer: await csvOf(id, window, signal) })),
  );
  const names = new Map<string, number>();
  const rows = answers.flatMap(({ name, answer }) => {
    // Two projects may have one name.
    const seen = (names.get(name) ?? 0) + 1;
    names.set(name, seen);
    return answer.ok ? usageRows(answer.value, seen === 1 ? name : `${name} (${seen})`) : [];
  });
  const told = answers.filter(({ answer }) => answer.ok).length;
  const all = known.value.pagination.total ?? known.value.data.length;
  return { rows, left: all - told };
}
