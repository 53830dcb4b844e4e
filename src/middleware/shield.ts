// The shield before the limits: the platform counts at its edge, by address before anybody is looked up, and by principal
// with all its credentials together, so that many tokens of one person are no way round their limits. It counts roughly,
// and in each location for itself; what it lets pass meets the exact limits.

import type { Context } from 'hono';
import { isLoopbackHost } from '../auth/origin.ts';
import { RATE_LIMITS } from '../contract/rate.ts';
import type { AppEnv } from './app-env.ts';
import { ipPrefixOf } from './ip-prefix.ts';
import { minutely, reachedQuota } from './quota.ts';
import { DENIED } from './refusal.ts';

/** A server that is hosted elsewhere may have neither. */
interface ShieldEnv {
  readonly SHIELD_ADDRESS?: RateLimit;
  readonly SHIELD_PRINCIPAL?: RateLimit;
}

/** Refuses an address that asks too often, whatever credential it brings. Null where nothing is counted. */
export function shieldAddress(c: Context<AppEnv>): Promise<void> | null {
  const { SHIELD_ADDRESS: shield }: ShieldEnv = c.env;
  const ip = c.req.header('CF-Connecting-IP');
  if (shield === undefined || ip === undefined || isLoopbackHost(c.req.header('Host'))) return null;
  // Whoever has an address of version 6 has a network of them.
  const name = ip.includes(':') ? (ipPrefixOf(ip) ?? ip) : ip;
  return pass(c, shield, { policy: 'address', name });
}

/** The same of a principal, once it is known. */
export function shieldPrincipal(c: Context<AppEnv>): Promise<void> | null {
  const { SHIELD_PRINCIPAL: shield }: ShieldEnv = c.env;
  const actor = c.get('actor') as AppEnv['Variables']['actor'] | undefined;
  if (shield === undefined || actor === undefined || isLoopbackHost(c.req.header('Host'))) {
    return null;
  }
  return pass(c, shield, { policy: 'principal', name: actor.id });
}

async function pass(
  c: Context<AppEnv>,
  shield: RateLimit,
  { policy, name }: { readonly policy: 'address' | 'principal'; readonly name: string },
): Promise<void> {
  // In trouble it keeps nobody out: the exact limits stand behind it.
  const { success } = await shield.limit({ key: name }).catch(() => ({ success: true }));
  if (success) return;
  c.set('quota', reachedQuota(c.env, name, minutely(policy, RATE_LIMITS[policy])));
  throw DENIED;
}
