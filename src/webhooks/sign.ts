// Signatures of deliveries: Standard Webhooks, version `v1` with HMAC-SHA-256 and `v1a` with Ed25519.

/** What an endpoint signs with, ready for use. */
export interface SigningKeys {
  readonly current: CryptoKey;
  /** Of a rotation whose grace is not over. */
  readonly previous: CryptoKey | null;
  readonly ed25519: CryptoKey;
}

export interface Signed {
  /** `webhook-id` */
  readonly id: string;
  /** `webhook-timestamp`, in unix seconds. */
  readonly timestamp: number;
  /** The very bytes that are sent. */
  readonly body: Uint8Array;
}

/** The header `webhook-signature`: `v1,<current> v1,<previous> v1a,<ed25519>`. */
export async function sign(signed: Signed, keys: SigningKeys): Promise<string> {
  const bytes = signedBytes(signed);
  const hmacs = keys.previous === null ? [keys.current] : [keys.current, keys.previous];
  const signatures = await Promise.all([
    ...hmacs.map((key) => signWith('HMAC', 'v1', key, bytes)),
    signWith('Ed25519', 'v1a', keys.ed25519, bytes),
  ]);
  return signatures.join(' ');
}

/** `id.timestamp.body` */
function signedBytes({ id, timestamp, body }: Signed): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const bytes = new Uint8Array(head.byteLength + body.byteLength);
  bytes.set(head);
  bytes.set(body, head.byteLength);
  return bytes;
}

async function signWith(
  algorithm: 'HMAC' | 'Ed25519',
  version: 'v1' | 'v1a',
  key: CryptoKey,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm, key, bytes));
  return `${version},${btoa(String.fromCharCode(...signature))}`;
}
