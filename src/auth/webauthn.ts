// The ceremonies of WebAuthn. The library is large and only a sign-in needs it, so it is loaded when one begins.

import type { PasskeyCredential } from '../contract/signin.ts';

/** Ed25519, ECDSA with P-256, RSA with SHA-256 (COSE). */
const ALGORITHMS = [-8, -7, -257];
const TIMEOUT_MS = 300_000;

/** The server as a browser knows it: its origin, and the host of that, to which passkeys are bound. */
export interface RelyingParty {
  readonly origin: string;
}

interface Known {
  readonly credentialId: string;
  readonly transports: readonly string[];
}

export interface NewPasskey {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly backedUp: boolean;
}

const load = () => import('@simplewebauthn/server');
const rpIdOf = ({ origin }: RelyingParty): string => new URL(origin).hostname;

/** What a browser is asked in order to make a passkey for this person, on an authenticator that has none of theirs. */
export async function creationOptions(
  party: RelyingParty,
  user: { readonly id: string; readonly name: string; readonly label: string },
  exclude: readonly Known[],
) {
  const { generateRegistrationOptions } = await load();
  return generateRegistrationOptions({
    rpName: 'Sluice',
    rpID: rpIdOf(party),
    userID: Uint8Array.from(new TextEncoder().encode(user.id)),
    userName: user.label,
    userDisplayName: user.name,
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: exclude.map(descriptorOf),
  });
}

/** What a browser is asked in order to show a passkey: any, or one of `allow`. */
export async function requestOptions(party: RelyingParty, allow: readonly Known[] = []) {
  const { generateAuthenticationOptions } = await load();
  return generateAuthenticationOptions({
    rpID: rpIdOf(party),
    timeout: TIMEOUT_MS,
    userVerification: 'required',
    ...(allow.length === 0 ? {} : { allowCredentials: allow.map(descriptorOf) }),
  });
}

const descriptorOf = ({ credentialId, transports }: Known) => ({
  id: credentialId,
  transports: [...transports],
});

/** The passkey that the browser has made, or null where anything about its answer is wrong. */
export async function verifyCreation(
  party: RelyingParty,
  challenge: string,
  credential: PasskeyCredential,
): Promise<NewPasskey | null> {
  const { verifyRegistrationResponse } = await load();
  type Answer = Parameters<typeof verifyRegistrationResponse>[0]['response'];
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      // The schema has checked the form of what the library reads; it checks the rest itself, and throws.
      response: credential as unknown as Answer,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: rpIdOf(party),
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return null;
    const { id, publicKey, counter } = registrationInfo.credential;
    return {
      credentialId: id,
      publicKey: toBase64Url(publicKey),
      counter,
      transports: credential.response.transports ?? [],
      backedUp: registrationInfo.credentialBackedUp,
    };
  } catch {
    return null;
  }
}

/** The use of a passkey that the browser has shown, or null where anything is wrong: its counter also, if it goes back. */
export async function verifyUse(
  party: RelyingParty,
  challenge: string,
  { credential, known }: { readonly credential: PasskeyCredential; readonly known: NewPasskey },
): Promise<{ readonly counter: number; readonly backedUp: boolean } | null> {
  const { verifyAuthenticationResponse } = await load();
  type Answer = Parameters<typeof verifyAuthenticationResponse>[0]['response'];
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      // As above.
      response: credential as unknown as Answer,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: rpIdOf(party),
      requireUserVerification: true,
      credential: {
        id: known.credentialId,
        publicKey: fromBase64Url(known.publicKey),
        counter: known.counter,
      },
    });
    const { newCounter: counter, credentialBackedUp: backedUp } = authenticationInfo;
    return verified ? { counter, backedUp } : null;
  } catch {
    return null;
  }
}

/** The person that a passkey says it is of, or null where it says nothing. */
export function userOf({ response }: PasskeyCredential): string | null {
  const { userHandle } = response;
  if (!userHandle) return null;
  try {
    return new TextDecoder().decode(fromBase64Url(userHandle));
  } catch {
    return '';
  }
}

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (digit) =>
    digit.charCodeAt(0),
  );
