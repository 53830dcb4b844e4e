// The browser's half of proving who one is: the server's challenge to the authenticator, and its answer back.

import type { PasskeyOptions } from '../../../src/contract/signin.ts';
import { type Answer, post, type Refusal } from './ask.ts';

const refused = (code: string, message: string, hint: string): Answer<never> => ({
  ok: false,
  refusal: { status: 0, code, message, hint, body: {} } satisfies Refusal,
});

const HINT = 'Nothing was done: try again.';

/** Has the person confirm by their passkey that it is them. The sign-in of this browser is fresh afterwards. */
export async function confirmSelf(): Promise<Answer<unknown>> {
  if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === undefined)
    return refused('no_passkeys', 'This browser knows no passkeys.', HINT);
  const options = await post<PasskeyOptions>('/v1/auth/passkeys/options', { purpose: 'stepUp' });
  if (!options.ok) return options;
  const { ceremonyId, publicKey } = options.value;
  // Asked for none by name, the browser would offer those of others.
  if (publicKey['allowCredentials'] === undefined)
    return refused('no_passkeys', 'You have no passkey yet.', HINT);
  try {
    const credential = await navigator.credentials.get({
      // As the server makes them for this very function (WebAuthn §5.1.10).
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        publicKey as unknown as PublicKeyCredentialRequestOptionsJSON,
      ),
    });
    return await post('/v1/auth/passkeys/verify', { ceremonyId, credential });
  } catch {
    const message = 'Your passkey was not given: it was cancelled or refused, or took too long.';
    return refused('passkey_cancelled', message, HINT);
  }
}
