// What the credential lets its holder do here. Agents are refused wherever a route does not say that
// they may act on their own task, so a new route is closed to them until someone opens it.

import type { Context } from 'hono';
import { type Refusal, refuse } from '../contract/error.ts';
import type { Actor, Scope } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { setCaller, whoAsks } from './identify.ts';
import { ApiError, unwrap } from './refusal.ts';

export interface Who {
  /** The agent of the task in the path may come in, by its `tasks:run` as well. */
  readonly ownTask?: true;
  /** Principals that may ask at all; without it all but agents. */
  readonly kinds?: readonly Actor['kind'][];
  /** A scope that is needed beside the first. */
  readonly andScope?: Scope;
  /** Scopes that open the door as well; what each of them lets its holder do behind it, the action says. */
  readonly orScopes?: readonly Scope[];
  /** What is asked here must not be granted to a credential that died a moment ago: D1 is asked. */
  readonly fresh?: true;
  /** A person has to have signed in within the last 300 s (RFC 9470). Tokens that were made for machines pass by scope. */
  readonly stepUp?: true;
}

const SIGNIN_AGE_MS = 300_000;
const HUMAN_REQUIRED = refuse('human_required', 'Only a person may do this.');
const STEP_UP = refuse(
  'insufficient_user_authentication',
  'This needs a sign-in that is at most five minutes old.',
);

/** Refuses who may not do here what asks for `scope`, and keeps what is asked, for the role must allow it too. */
export function checkScope(c: Context<AppEnv>, scope: Scope, who: Who = {}): void {
  const actor = c.get('actor');
  const refusal = forbid(actor, scope, who, actor.task && c.req.param('id'));
  if (refusal !== null) throw new ApiError(refusal);
  if (who.andScope && !actor.scopes.includes(who.andScope)) unwrap(lacks(who.andScope));
  // What only a person may do, nobody does in a person's name (RFC 8693 `act`).
  if (who.kinds && c.get('credential').delegated) unwrap(HUMAN_REQUIRED);
  if (who.stepUp) checkSignin(c);
  if (actor.projects === 'all') return;
  const asks = [scope, ...(who.orScopes ?? [])].find((one) => actor.scopes.includes(one)) ?? scope;
  c.set('actor', { ...actor, asks });
}

/** Looks anew at who asks, where the route wants to know it as it is now. */
export async function identifyAnew(c: Context<AppEnv>, who: Who): Promise<void> {
  if (who.fresh && c.get('credential').kind !== 'open') {
    setCaller(c, unwrap(await whoAsks(c, { fresh: true })));
  }
}

function checkSignin(c: Context<AppEnv>): void {
  const { kind } = c.get('credential');
  const isAsked =
    kind === 'signin' || (kind === 'access_token' && c.get('actor').kind === 'person');
  if (isAsked && !isSigninFresh(c)) unwrap(STEP_UP);
}

/** Whether the person has proved within the last 300 s who they are. */
export function isSigninFresh(c: Context<AppEnv>): boolean {
  const { authTimeMs } = c.get('credential');
  return authTimeMs !== undefined && Date.now() - authTimeMs <= SIGNIN_AGE_MS;
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
      ? HUMAN_REQUIRED.refusal
      : refuse('insufficient_scope', `A ${actor.kind} may not do this.`).refusal;
  }
  const { scopes } = actor;
  if (scopes.includes(scope) || who.orScopes?.some((one) => scopes.includes(one))) return null;
  return lacks(scope).refusal;
}

const lacks = (scope: Scope) =>
  refuse('insufficient_scope', `The credential lacks the scope ${scope}.`);

function hasScope(agent: Actor, scope: Scope): boolean {
  return agent.scopes.includes(scope) || agent.scopes.includes('tasks:run');
}
