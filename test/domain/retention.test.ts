import { describe, expect, it } from 'vitest';
import { BODY_LIMITS, bodiesGoAt, bytesToDrop } from '../../src/domain/retention.ts';

const MIB = 1_048_576;
const DAY_MS = 86_400_000;

describe('what a task keeps of what was told', () => {
  it('is 256 MiB, and 90 days after its end', () => {
    expect(BODY_LIMITS).toEqual({ bytesMax: 256 * MIB, afterEndMs: 90 * DAY_MS });
  });

  it('loses nothing up to the limit, and over it goes a sixteenth below', () => {
    for (const held of [0, 1, 256 * MIB]) expect(bytesToDrop(held)).toBe(0);
    expect(bytesToDrop(256 * MIB + 1)).toBe(16 * MIB + 1);
    expect(bytesToDrop(1_000, { ...BODY_LIMITS, bytesMax: 160 })).toBe(850);
    expect(bytesToDrop(1, { ...BODY_LIMITS, bytesMax: 0 })).toBe(1);
  });

  it('goes 90 days after the last that is known of an ended task, and not while it is open', () => {
    const newestAt = '2026-11-21T00:00:00.000Z';
    const due = Date.parse(newestAt) + 90 * DAY_MS;
    for (const status of ['completed', 'failed', 'cancelled'] as const) {
      expect(bodiesGoAt({ status }, newestAt)).toBe(due);
    }
    for (const status of ['pending', 'queued', 'in-progress', 'paused'] as const) {
      expect(bodiesGoAt({ status }, newestAt)).toBe(null);
    }
  });
});
