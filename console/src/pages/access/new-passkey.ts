import type { PasskeyOptions } from '../../../../src/contract/signin.ts';
import { type Answer, post } from '../../api/ask.ts';

const refused = (code: string, message: string): Answer<never> => ({
  ok: false,
  refusal: { status: 0, code, message, body: {} },
});

const SENTENCES: Readonly<Record<string, string>> = {
  InvalidStateError: 'This device has a passkey of yours already.',
  NotAllowedError: 'It was cancelled or took too long. Try again.',
};

/** Has this device make a passkey for who is signed in. */
export async function registerPasskey(): Promise<Answer<unknown>> {
  if (globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON === undefined)
    return refused('no_passkeys', 'This browser cannot make a passkey in this page.');
  const options = await post<PasskeyOptions>('/v1/auth/passkeys/options', { purpose: 'register' });
  if (!options.ok) return options;
  const { ceremonyId, publicKey } = options.value;
  try {
    const credential = await navigator.credentials.create({
      // As the server makes them for this very function (WebAuthn §5.1.9).
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        publicKey as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    });
    return await post('/v1/auth/passkeys/verify', { ceremonyId, credential });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    return refused('passkey_failed', SENTENCES[name] ?? 'This browser could not make a passkey.');
  }
}
