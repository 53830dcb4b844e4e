// Who is signed in in the browser that comes to a page of ours. A credential of any other kind opens no page.

import type { Context } from 'hono';
import type { Caller } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { whoAsks } from './identify.ts';
import { ipPrefixOf } from './ip-prefix.ts';
import { laterOf } from './later.ts';
import { originOf } from './origin-of.ts';
import { unwrap } from './refusal.ts';

/** The request as the actions of pages see it. */
export const pageVisitOf = (c: Context<AppEnv>) => ({
  env: c.env,
  now: Date.now(),
  requestId: c.get('requestId'),
  origin: originOf(c),
  ipPrefix: ipPrefixOf(c.req.header('CF-Connecting-IP')),
  later: laterOf(c),
});

/** Null where nobody is signed in. Refuses where that cannot be known, and what a foreign page asks for. */
export async function personOf(
  c: Context<AppEnv>,
): Promise<{ readonly caller: Caller; readonly signinId: string } | null> {
  const asked = await whoAsks(c, { fresh: true });
  if (!asked.ok) {
    const { code } = asked.refusal;
    const isNobody =
      code === 'unauthorized' ||
      code === 'invalid_token' ||
      code === 'insufficient_user_authentication';
    return isNobody ? null : unwrap(asked);
  }
  const { credential } = asked.value;
  if (credential.kind !== 'signin' || credential.id === null) return null;
  return { caller: asked.value, signinId: credential.id };
}
