// What has happened to a delivery whose signature does not fit: the usual ways to spoil one.

import type { VerifyHint } from '../contract/webhook-verify.ts';
import { findFit, type Received, type VerifyKeys } from './verify.ts';

const BOM = '\u{feff}';

/** Keys that are not those of the endpoint as it is now. */
export interface OtherKeys {
  /** Of other endpoints of the project. */
  readonly others: readonly VerifyKeys[];
  /** The secret before the last rotation, once its grace is over. */
  readonly expired: Uint8Array | null;
}

/** The first of the known mistakes that explains the signature, in the order of their table; null: none does. */
export async function hintFor(
  received: Received,
  keys: VerifyKeys,
  { others, expired }: OtherKeys,
): Promise<VerifyHint | null> {
  for (const [hint, bodies] of otherBodies(received.body)) {
    for (const body of bodies) {
      if ((await findFit({ ...received, body }, keys)) !== null) return hint;
    }
  }
  for (const other of others) {
    if ((await findFit(received, other)) !== null) return 'wrong_endpoint';
  }
  if (expired === null) return null;
  const before = await findFit(received, { ...keys, current: expired, previous: null });
  return before === null ? null : 'expired_secret';
}

/** What the body may have been before somebody mended it. What is not text was not mended as text. */
function otherBodies(body: Uint8Array): readonly (readonly [VerifyHint, readonly Uint8Array[]])[] {
  const text = textOf(body);
  if (text === null) return [];
  const unix = text.replaceAll('\r\n', '\n');
  const compact = compactOf(text);
  const changed = (...texts: readonly (string | null)[]): readonly Uint8Array[] =>
    texts
      .filter((one) => one !== null && one !== text)
      .map((one) => new TextEncoder().encode(one ?? ''));
  return [
    ['trailing_newline', changed(text.replace(/\r?\n$/, ''), `${text}\n`, `${text}\r\n`)],
    ['crlf', changed(unix, unix.replaceAll('\n', '\r\n'))],
    ['bom', changed(text.startsWith(BOM) ? text.slice(1) : BOM + text)],
    ['reserialized_json', changed(compact, compact && `${compact}\n`)],
  ];
}

function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

function compactOf(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return null;
  }
}
