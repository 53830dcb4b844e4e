import { checkProof } from '../../auth/dpop.ts';
import type { OAuthClient } from '../../auth/oauth-client.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { OAuthAsk } from './oauth-ask.ts';

export type ProofAsk = Pick<OAuthAsk, 'env' | 'dpop' | 'origin' | 'path' | 'now'>;

/** The thumbprint of the key that the client proves to hold (RFC 9449 §5); null where it shows none and needs none. */
export async function provenKey(
  ask: ProofAsk,
  client: Pick<OAuthClient, 'dpopBound'>,
): Promise<OAuthResult<string | null>> {
  if (ask.dpop !== undefined || !client.dpopBound) return shownKey(ask);
  return refuseOAuth('invalid_dpop_proof', 'This client must send a DPoP proof.');
}

/** The same where no client has to show one. */
export async function shownKey({
  env,
  dpop,
  origin,
  path,
  now: nowMs,
}: ProofAsk): Promise<OAuthResult<string | null>> {
  if (dpop === undefined) return { ok: true, value: null };
  const proven = await checkProof(env, { proof: dpop, method: 'POST', url: origin + path, nowMs });
  if (proven.ok) return proven;
  const { code, message, extra } = proven.refusal;
  if (code !== 'use_dpop_nonce') return refuseOAuth('invalid_dpop_proof', message);
  const headers = { 'DPoP-Nonce': String(extra?.['dpopNonce']) };
  return refuseOAuth('use_dpop_nonce', message, { headers });
}
