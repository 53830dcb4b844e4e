import type { SigninRow } from '../db/signins.ts';
import { newId } from './id.ts';
import type { KeyEnv } from './keys.ts';
import { hashSecret } from './secret-hash.ts';
import { IDLE_MS, LIFETIME_MS, newCookieValue, SETUP_MS } from './signin-cookie.ts';

const AGENT_LENGTH_MAX = 200;

/** The browser that signs in. */
export interface Browser {
  /** The header `User-Agent`. */
  readonly agent: string | undefined;
  /** Its address, cut to /24 or /48. */
  readonly ipPrefix: string | null;
}

export interface SigninWish {
  readonly userId: string;
  readonly browser: Browser;
  /** How the person proved who they are (RFC 8176). */
  readonly amr: readonly string[];
  /** True: it can only register a passkey, and ends after 15 minutes. */
  readonly setup?: boolean;
  /** In milliseconds, when the proof is not from now. */
  readonly authTimeMs?: number;
}

/**
 * A sign-in to be: the value for its cookie, and the row that makes it true, which goes into the batch of whatever it
 * follows from. Each has a new value, so that a cookie that was planted before is worth nothing after.
 */
export async function newSignin(
  env: KeyEnv,
  { userId, browser, amr, setup = false, authTimeMs }: SigninWish,
  nowMs: number,
): Promise<{ readonly cookie: string; readonly row: SigninRow }> {
  const cookie = newCookieValue();
  const row: SigninRow = {
    hash: await hashSecret(env, cookie),
    id: newId('sgn', nowMs),
    userId,
    setup,
    authTime: authTimeMs ?? nowMs,
    amr,
    createdAt: nowMs,
    idleUntil: nowMs + (setup ? SETUP_MS : IDLE_MS),
    expiresAt: nowMs + (setup ? SETUP_MS : LIFETIME_MS),
    agent: browser.agent?.slice(0, AGENT_LENGTH_MAX) ?? null,
    ipPrefix: browser.ipPrefix,
  };
  return { cookie, row };
}
