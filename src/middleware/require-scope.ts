// What the credential lets its holder do here. Agents are refused wherever a route does not say that
// they may act on their own task, so a new route is closed to them until someone opens it.

import type { Context } from 'hono';
import { type Refusal, refuse } from '../contract/error.ts';
import type { Actor, Scope } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { ApiError } from './refusal.ts';

export interface Who {
  /** The agent of the task in the path may come in, by its `tasks:run` as well. */
  readonly ownTask?: true;
  /** Principals that may ask at all; without it all but agents. */
  readonly kinds?: readonly Actor['kind'][];
}

/** Refuses who may not do here what asks for `scope`. */
export function checkScope(c: Context<AppEnv>, scope: Scope, who: Who = {}): void {
  const actor = c.get('actor');
  const refusal = forbid(actor, scope, who, actor.task && c.req.param('id'));
  if (refusal === null) return;
  if (refusal.code !== 'insufficient_scope') throw new ApiError(refusal);
  const challenge = `Bearer realm="sluice", error="insufficient_scope", scope="${scope}"`;
  throw new ApiError(refusal, { 'WWW-Authenticate': challenge });
}

/** Why this actor may not do what asks for `scope`, or null. */
export function forbid(
  actor: Actor,
  scope: Scope,
  who: Who,
  taskId: string | undefined,
): Refusal | null {
  if (actor.kind === 'agent') {
    const own = who.ownTask && actor.task !== undefined && actor.task.id === taskId;
    return own && hasScope(actor, scope)
      ? null
      : refuse('agent_forbidden', 'Agents may not do this.').refusal;
  }
  if (who.kinds && !who.kinds.includes(actor.kind)) {
    return who.kinds.length === 1 && who.kinds[0] === 'person'
      ? refuse('human_required', 'Only a person may do this.').refusal
      : refuse('insufficient_scope', `A ${actor.kind} may not do this.`).refusal;
  }
  if (actor.scopes.includes(scope)) return null;
  return refuse('insufficient_scope', `The credential lacks the scope ${scope}.`).refusal;
}

function hasScope(agent: Actor, scope: Scope): boolean {
  return agent.scopes.includes(scope) || agent.scopes.includes('tasks:run');
}
