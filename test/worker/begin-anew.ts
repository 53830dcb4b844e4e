import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';

/**
 * Nothing has happened yet: the tables that the migrations make, no object, no module that remembers anything, and the
 * clock of the machine. Test files share a workerd, for to start one takes longer than most files do.
 */
export async function beginAnew(): Promise<void> {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.resetModules();
  await reset();
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
}
