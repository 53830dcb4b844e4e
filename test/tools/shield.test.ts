// The platform counts what `wrangler.toml` says, and answers say what the code does.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RATE_LIMITS, RATE_WINDOW_MS } from '../../src/contract/rate.ts';

it.each([
  ['SHIELD_ADDRESS', RATE_LIMITS.address],
  ['SHIELD_PRINCIPAL', RATE_LIMITS.principal],
])('T23: %s is bound with the limit that an answer names', (name, limit) => {
  const text = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8');
  const [, bound, period] =
    new RegExp(`name = "${name}"[^[]*limit = (\\d+), period = (\\d+)`).exec(text) ?? [];
  expect([Number(bound), Number(period) * 1_000]).toEqual([limit, RATE_WINDOW_MS]);
});
