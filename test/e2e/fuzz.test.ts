// The short form of `npm run fuzz`.
import { expect, it, onTestFinished } from 'vitest';
import { startEdge } from '../../tools/edge/serve.ts';
import { fuzz } from '../../tools/fuzz/run.ts';

it('spoiled requests over all routes break nothing, and every answer is as promised', async () => {
  const edge = await startEdge();
  onTestFinished(() => edge.stop());
  const report = await fuzz({ url: edge.url, requests: 5_000, seed: 7, say: () => {} });
  expect(report.violations).toEqual([]);
  expect(report.requests).toBe(5_000);
});
