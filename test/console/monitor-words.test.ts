import { expect, it } from 'vitest';
import { everyOf, sentenceOf } from '../../console/src/pages/deployments/monitor-words.ts';

it('says how often a monitor asks in the largest unit that is exact', () => {
  expect([1, 60, 90, 300, 3_600, 5_400, 7_200].map(everyOf)).toEqual([
    ...['every 1 s', 'every 1 min', 'every 90 s', 'every 5 min'],
    ...['every 1 h', 'every 90 min', 'every 2 h'],
  ]);
});

it('says what a check has come to', () => {
  const good = { ok: true, at: '', latencyMs: 1_234, status: 200, error: null } as const;
  const bad = { ...good, ok: false, status: 503, error: 'unexpected_status' } as const;
  const none = { ...bad, status: null, latencyMs: null, error: 'timeout' } as const;
  expect([good, bad, none].map(sentenceOf)).toEqual([
    ...['Good: 200 in 1,234 ms.', 'Failed: unexpected status 503.', 'Failed: timeout.'],
  ]);
});
