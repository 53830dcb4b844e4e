// How long a page keeps the main thread of its browser, by the clock of the thread itself: what other programs of this
// machine take meanwhile is not the page's.

import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of its thread. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of each task of any page's main thread while `does` is done, the longest first. */
export async function mainThreadTasks(page: Page, does: () => Promise<void>): Promise<number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser of its own.');
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await does();
  const trace = (await browser.stopTracing()).toString();
  // The format of traces of Chromium.
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] };
  const place = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(place),
  );
  return traceEvents
    .filter(
      (event) => event.ph === 'X' && event.name.endsWith('RunTask') && mains.has(place(event)),
    )
    .map(({ tdur = 0 }) => tdur / 1_000)
    .sort((one, other) => other - one);
}
