// An authenticator in software, made by the specification alone (WebAuthn §6, RFC 8949, RFC 9053): what it makes is
// judged by the server, not by the code that the server is made of.

import { ORIGIN } from './ask.ts';

const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(new TextEncoder().encode(text));
const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** A CBOR item of this major type and number, as far as it is needed here. */
const head = (major: number, value: number): Uint8Array => {
  const type = major << 5;
  if (value < 24) return Uint8Array.of(type | value);
  if (value < 256) return Uint8Array.of(type | 24, value);
  return Uint8Array.of(type | 25, value >> 8, value & 255);
};
const int = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytesItem = (bytes: Uint8Array) => concat(head(2, bytes.length), bytes);
const textItem = (text: string) => concat(head(3, text.length), utf8(text));
const mapItem = (...items: readonly Uint8Array[]) => concat(head(5, items.length / 2), ...items);

/** ECDSA signatures are two numbers in a row in WebCrypto, and ASN.1 in WebAuthn. */
const derOf = (raw: Uint8Array): Uint8Array => {
  const integer = (part: Uint8Array): Uint8Array => {
    let from = 0;
    while (from < part.length - 1 && part[from] === 0) from++;
    const digits = part.slice(from);
    const padded = (digits[0] ?? 0) > 127 ? concat(Uint8Array.of(0), digits) : digits;
    return concat(Uint8Array.of(2, padded.length), padded);
  };
  const both = concat(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  return concat(Uint8Array.of(0x30, both.length), both);
};

interface PublicKey {
  readonly challenge: string;
  readonly user?: { readonly id: string };
  readonly rp?: { readonly id: string };
  readonly rpId?: string;
}

export interface Twist {
  readonly origin?: string;
  readonly counter?: number;
  readonly isVerified?: boolean;
  readonly challenge?: string;
  readonly rpId?: string;
  readonly userHandle?: string | null;
  readonly type?: string;
}

/** One passkey: it can be made once and used often. A twist makes it lie. */
export async function newAuthenticator() {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  // A key of a curve is a pair.
  const { privateKey, publicKey } = pair as CryptoKeyPair;
  const point = new Uint8Array((await crypto.subtle.exportKey('raw', publicKey)) as ArrayBuffer);
  const id = crypto.getRandomValues(new Uint8Array(32));
  const cose = mapItem(
    ...[int(1), int(2), int(3), int(-7), int(-1), int(1)],
    ...[int(-2), bytesItem(point.slice(1, 33)), int(-3), bytesItem(point.slice(33))],
  );
  let counter = 0;
  let userHandle: string | null = null;

  const clientData = (type: string, { challenge }: PublicKey, twist: Twist) =>
    utf8(
      JSON.stringify({
        type: twist.type ?? type,
        challenge: twist.challenge ?? challenge,
        origin: twist.origin ?? ORIGIN,
        crossOrigin: false,
      }),
    );

  const authData = async (flags: number, twist: Twist, attested = new Uint8Array()) => {
    const seen = new Uint8Array(4);
    new DataView(seen.buffer).setUint32(0, twist.counter ?? counter);
    const verified = twist.isVerified === false ? 0 : UV;
    const rpIdHash = await sha256(utf8(twist.rpId ?? 'localhost'));
    return concat(rpIdHash, Uint8Array.of(flags | UP | verified), seen, attested);
  };

  const envelope = (response: Record<string, unknown>) => ({
    id: base64Url(id),
    rawId: base64Url(id),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });

  return {
    id: base64Url(id),
    async create(publicKey: PublicKey, twist: Twist = {}) {
      userHandle = publicKey.user?.id ?? null;
      const attested = concat(new Uint8Array(16), Uint8Array.of(0, id.length), id, cose);
      const data = await authData(AT, twist, attested);
      const attestationObject = mapItem(
        ...[textItem('fmt'), textItem('none'), textItem('attStmt'), mapItem()],
        ...[textItem('authData'), bytesItem(data)],
      );
      return envelope({
        clientDataJSON: base64Url(clientData('webauthn.create', publicKey, twist)),
        attestationObject: base64Url(attestationObject),
        transports: ['internal'],
      });
    },
    async get(publicKey: PublicKey, twist: Twist = {}) {
      counter += 1;
      const data = await authData(0, twist);
      const client = clientData('webauthn.get', publicKey, twist);
      const signed = concat(data, await sha256(client));
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      const raw = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, signed));
      return envelope({
        clientDataJSON: base64Url(client),
        authenticatorData: base64Url(data),
        signature: base64Url(derOf(raw)),
        userHandle: twist.userHandle === undefined ? userHandle : twist.userHandle,
      });
    },
  };
}
export type Authenticator = Awaited<ReturnType<typeof newAuthenticator>>;
