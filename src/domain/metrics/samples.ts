// Measurements as they are kept: a few bytes each, the newest at the end.

import { type Distribution, SAMPLES_MAX } from '../../contract/metrics.ts';
import type { Sample } from './change.ts';
import { DAY_MS } from './days.ts';

/** When it was within its day, and how long it took. */
const BYTES = 12;

export const sampleCount = (bytes: number): number => bytes / BYTES;

/** Adds to the measurements of a day; of more than are looked at the newest are kept. */
export function addSamples(kept: ArrayBuffer | null, day: number, more: readonly Sample[]) {
  const before = kept?.byteLength ?? 0;
  const bytes = new Uint8Array(before + more.length * BYTES);
  if (kept !== null) bytes.set(new Uint8Array(kept));
  const view = new DataView(bytes.buffer);
  for (const [index, { at, value }] of more.entries()) {
    const offset = before + index * BYTES;
    view.setUint32(offset, at - day * DAY_MS);
    view.setFloat64(offset + 4, value);
  }
  return bytes.slice(-SAMPLES_MAX * BYTES).buffer;
}

/** Reads them back. */
export function samplesIn(kept: ArrayBuffer, day: number): Sample[] {
  const view = new DataView(kept);
  return Array.from({ length: sampleCount(kept.byteLength) }, (_, index) => ({
    at: day * DAY_MS + view.getUint32(index * BYTES),
    value: view.getFloat64(index * BYTES + 4),
  }));
}

/** The newest of those from several places. */
export function newestOf(samples: readonly Sample[]): number[] {
  const all = samples.length <= SAMPLES_MAX ? samples : samples.toSorted((a, b) => b.at - a.at);
  return all.slice(0, SAMPLES_MAX).map(({ value }) => value);
}

/** Nearest rank: the smallest value that so many percent are not above. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  const rank = (percent: number) =>
    sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
  return { p50: rank(50), p95: rank(95), max: rank(100) };
}

/** Six decimals; null where there is nothing to divide. */
export const ratioOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 1_000_000) / 1_000_000;
