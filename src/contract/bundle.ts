// The lines of a task's export, one JSON object each. What is in them is bound by hashes and signatures, so that whoever
// has the public keys can check all of it without a server.

export interface BundleManifest {
  readonly k: 'manifest';
  readonly v: 1;
  readonly iss: string;
  readonly project: string;
  readonly task: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Where the bodies of log lines and agents' words are gone. The chain holds without them. */
  readonly pruned: readonly (readonly [number, number])[];
  readonly exportedAt: string;
}

/** The public keys of the server. They are here to be compared, never to be trusted. */
export interface BundleKey {
  readonly k: 'key';
  readonly jwk: Readonly<Record<string, unknown>>;
}

export interface BundleBlock {
  readonly k: 'block';
  readonly first: number;
  readonly last: number;
  readonly at: string;
  readonly kind: 's' | 'p';
  readonly epoch: number;
  readonly producer: string | null;
  readonly prev: string;
  readonly bodyHash: string;
  readonly hash: string;
  /** The events as text: a JSON array. */
  readonly body: string | null;
}

export interface BundleSigned {
  readonly k: 'receipt' | 'checkpoint';
  readonly jws: string;
}

export interface BundleArtifact {
  readonly k: 'artifact';
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  readonly bytes: number;
  /** In base64; null where the bytes lie elsewhere. */
  readonly data: string | null;
}

/** The last line: how many were before it, and SHA-256 over all their bytes in hexadecimal digits. */
export interface BundleEnd {
  readonly k: 'end';
  readonly lines: number;
  readonly sha256: string;
}

export type BundleLine =
  | BundleManifest
  | BundleKey
  | BundleBlock
  | BundleSigned
  | BundleArtifact
  | BundleEnd;
