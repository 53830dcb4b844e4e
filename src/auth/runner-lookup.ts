// Which runner a token belongs to. A good look-up is kept for 30 s in the memory of the isolate: a
// running runner outlives short absences of D1, and a revoked one is refused after 30 s at the latest.

import { ok, type Result, refuse } from '../contract/error.ts';
import type { Actor } from '../contract/principal.ts';
import { findRunnerByHash, type RunnerRow } from '../db/runners.ts';
import type { KeyEnv } from './keys.ts';
import { hashRunnerToken } from './runner-token.ts';

export interface LookupEnv extends KeyEnv {
  readonly DB: D1Database;
}

const KEEP_MS = 30_000;
const ENTRIES_MAX = 10_000;
const known = new Map<string, { readonly actor: Actor; readonly until: number }>();

const INVALID = refuse('invalid_token', 'The credential is unknown, expired or revoked.');
/** No verdict on the token: the runner keeps it and asks again. */
const UNAVAILABLE = refuse('unavailable', 'The credential cannot be checked at the moment.');

/** The runner as an actor; an unknown or revoked token is refused. */
export async function findRunnerActor(
  env: LookupEnv,
  token: string,
  nowMs: number,
): Promise<Result<Actor>> {
  const hash = await hashRunnerToken(env, token);
  const entry = known.get(hash);
  if (entry && entry.until > nowMs) return ok(entry.actor);
  known.delete(hash);
  const found = await lookUp(env.DB, hash);
  if (!found.ok) return found;
  if (found.value === null) return INVALID;
  const actor = actorOf(found.value);
  if (known.size >= ENTRIES_MAX) known.clear();
  known.set(hash, { actor, until: nowMs + KEEP_MS });
  return ok(actor);
}

/** Forgets what this isolate knows of a runner, once it is revoked or has a new token. */
export function forgetRunner(runnerId: string): void {
  for (const [hash, { actor }] of known) if (actor.id === runnerId) known.delete(hash);
}

async function lookUp(db: D1Database, hash: string): Promise<Result<RunnerRow | null>> {
  try {
    return ok(await findRunnerByHash(db, hash));
  } catch (error) {
    console.error(JSON.stringify({ level: 'error', message: 'D1 is away', error: String(error) }));
    return UNAVAILABLE;
  }
}

function actorOf(runner: RunnerRow): Actor {
  return {
    id: runner.id,
    name: runner.name,
    kind: 'runner',
    scopes: ['tasks:run', 'tasks:read'],
    projects: [runner.projectId],
    defaultProjectId: runner.projectId,
    open: false,
  };
}
