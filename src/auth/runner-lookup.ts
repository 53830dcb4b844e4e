// Which runner a token belongs to. A good look-up is kept for 30 s in the memory of the isolate: a
// running runner outlives short absences of D1, and a revoked one is refused after 30 s at the latest.

import { ok, type Result, refuse } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import type { Caller } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { findRunnerByHash, type RunnerRow } from '../db/runners.ts';
import type { LookupEnv } from './lookup.ts';
import { firstOf, secretHashes } from './secret-hash.ts';

const KEEP_MS = 30_000;
const ENTRIES_MAX = 10_000;
const known = new Map<string, { readonly caller: Caller; readonly until: number }>();

const INVALID = refuse('invalid_token', 'The credential is unknown, expired or revoked.');
/** No verdict on the token: the runner keeps it and asks again. */
const UNAVAILABLE = refuse('unavailable', 'The credential cannot be checked at the moment.');

/** The runner as a caller; an unknown or revoked token is refused. */
export async function findRunnerCaller(
  env: LookupEnv,
  token: string,
  { nowMs, fresh = false }: { readonly nowMs: number; readonly fresh?: boolean },
): Promise<Result<Caller>> {
  const hashes = await secretHashes(env, token);
  const [hash] = hashes;
  const entry = known.get(hash);
  if (!fresh && entry && entry.until > nowMs) return ok(entry.caller);
  known.delete(hash);
  const found = await lookUp(platformDb(env), hashes);
  if (!found.ok) return found;
  if (found.value === null) return INVALID;
  const caller = callerOf(found.value);
  if (known.size >= ENTRIES_MAX) known.clear();
  known.set(hash, { caller, until: nowMs + KEEP_MS });
  return ok(caller);
}

/** Forgets what this isolate knows of a runner, once it is revoked or has a new token. */
export function forgetRunner(runnerId: string): void {
  for (const [hash, { caller }] of known) {
    if (caller.actor.id === runnerId) known.delete(hash);
  }
}

/** Forgets the runners of a project that has been deleted. */
export function forgetRunnersOf(projectId: string): void {
  for (const [hash, { caller }] of known) {
    if (caller.actor.defaultProjectId === projectId) known.delete(hash);
  }
}

async function lookUp(
  db: D1Database,
  hashes: readonly string[],
): Promise<Result<RunnerRow | null>> {
  try {
    return ok(await firstOf(hashes, (hash) => findRunnerByHash(db, hash)));
  } catch (error) {
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return UNAVAILABLE;
  }
}

function callerOf(runner: RunnerRow): Caller {
  return {
    actor: {
      id: runner.id,
      name: runner.name,
      kind: 'runner',
      scopes: ['tasks:run', 'tasks:read'],
      projects: { [runner.projectId]: 'developer' },
      defaultProjectId: runner.projectId,
      open: false,
      owner: runner.ownerId,
    },
    credential: { kind: 'runner', id: runner.id },
  };
}
