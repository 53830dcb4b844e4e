// The ids of deliveries: each leads to its row by the primary key, so that none is kept and none has an index.

import { CROCKFORD, timedHex, writeId } from '../../contract/id.ts';
import { sha256Hex } from '../digest.ts';

const FORM = /^dlv_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$/;
const HEX_40_BITS = 10;

const digestOf = (endpointId: string, sequence: number): string =>
  sha256Hex(`${endpointId}\n${sequence}`).slice(0, HEX_40_BITS);

/** 48 bits of the time of the event, 40 of its sequence, and 40 of a digest, by which a wrong one is told. */
export function deliveryId(endpointId: string, sequence: number, createdAt: number): string {
  const number = sequence.toString(16).padStart(HEX_40_BITS, '0');
  return writeId('dlv', timedHex(createdAt, number + digestOf(endpointId, sequence)));
}

/** The sequence in an id that was made for this endpoint; null for any other text. */
export function sequenceOf(endpointId: string, id: string): number | null {
  if (!FORM.test(id)) return null;
  let bits = 0n;
  for (const digit of id.slice('dlv_'.length)) {
    bits = bits * 32n + BigInt(CROCKFORD.indexOf(digit));
  }
  const hex = bits.toString(16).padStart(32, '0');
  const sequence = Number.parseInt(hex.slice(12, 12 + HEX_40_BITS), 16);
  return hex.slice(-HEX_40_BITS) === digestOf(endpointId, sequence) ? sequence : null;
}
