// Three layers: rules in Node, the Worker in workerd, and the whole thing from outside.

import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { serveInternet } from './test/internet/serve.ts';

// `wrangler.toml` binds the folder of assets, which is empty until something is built into it.
mkdirSync(new URL('./public', import.meta.url), { recursive: true });

/** 32 bytes that are no secret. */
const TEST_ROOT_KEY = btoa('sluice-test-root-key-32-bytes-ok');

/** Of two cores vitest would use one, though a test of the Worker waits as often as it computes. */
const MAX_WORKERS = Math.max(2, availableParallelism() - 1);

export default defineConfig({
  test: {
    maxWorkers: MAX_WORKERS,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          isolate: false,
          include: [
            'test/domain/**/*.test.ts',
            'test/scenarios/**/*.test.ts',
            'test/cli/**/*.test.ts',
            'test/console/**/*.test.ts',
            'test/tools/**/*.test.ts',
            'test/bench/*.test.ts',
            'test/architecture.test.ts',
            'test/invariants.test.ts',
          ],
          // A machine that does other things too takes longer; a fault is still found, only later.
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              // Nothing that a test does leaves this machine.
              outboundService: serveInternet,
              bindings: {
                AUTH_MODE: 'open',
                ROOT_KEY: TEST_ROOT_KEY,
                // As `npm run dev` has it: what is tested is not the limiter, where it is not.
                RATE_LIMIT_DEFAULT: '600000',
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          // `setup.ts` empties the workerd that the files share.
          isolate: false,
          include: ['test/worker/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          setupFiles: ['test/worker/setup.ts'],
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './test/costs/metered-worker.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              outboundService: serveInternet,
              bindings: {
                AUTH_MODE: 'open',
                ROOT_KEY: TEST_ROOT_KEY,
                // As `npm run dev` has it: what is tested is not the limiter, where it is not.
                RATE_LIMIT_DEFAULT: '600000',
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
              },
            },
          })),
        ],
        test: {
          name: 'costs',
          // `setup.ts` empties the workerd that the files share.
          isolate: false,
          include: ['test/costs/**/*.test.ts'],
          setupFiles: ['test/worker/setup.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts', 'test/bench/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each has servers of its own, and waits for them: three at a time, on however many cores.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // What is timed, by a clock on the wall or of a thread: for a machine that does nothing else, and so not in CI.
        test: {
          name: 'speed',
          environment: 'node',
          include: ['test/speed/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
