// JSON in one form only (RFC 8785), so that equal values have equal bytes and so equal digests.

import { ok, type Result, refuse } from '../contract/error.ts';

export const CANONICAL_DEPTH_MAX = 16;
export const CANONICAL_BYTES_MAX = 65_536;

type Json = unknown;

function canonicalObject(value: object): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // By UTF-16 code units, as the RFC has it and as strings compare here.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** JSON with sorted keys and no spaces. For values of our own; what comes from outside goes through `canonicalText`. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  return JSON.stringify(value) ?? 'null';
}

interface Fault {
  readonly path: string;
  readonly message: string;
}

const at = (path: string, key: string | number): string =>
  path === '' ? String(key) : `${path}.${key}`;

/** What in a value could be read in two ways, or is more than a person can look at. */
function faultOf(value: Json, path: string, depth: number): Fault | null {
  const wrong = (what: string): Fault => ({ path, message: `${path || 'The value'} ${what}` });
  if (typeof value === 'string')
    return value.isWellFormed() ? null : wrong('holds half of a character');
  if (typeof value === 'number') {
    return Number.isSafeInteger(value)
      ? null
      : wrong('must be an integer within ±(2^53 - 1); write others as text');
  }
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value !== 'object') return wrong('is no JSON');
  if (depth === CANONICAL_DEPTH_MAX) {
    return wrong(`is deeper than ${CANONICAL_DEPTH_MAX} levels`);
  }
  for (const [key, member] of Object.entries(value)) {
    if (!key.isWellFormed()) return wrong('has a key that holds half of a character');
    const fault = faultOf(member, at(path, key), depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** The canonical bytes of what somebody sent, as text; refused where it has none that everybody would agree on. */
export function canonicalText(value: Json): Result<string> {
  const fault = faultOf(value, '', 0);
  if (fault !== null) return refuse('invalid_action', fault.message, { errors: [fault] });
  const text = canonicalJson(value);
  if (new TextEncoder().encode(text).byteLength > CANONICAL_BYTES_MAX) {
    const message = `The action must be ${CANONICAL_BYTES_MAX} bytes or less; name larger content by its digest`;
    return refuse('invalid_action', message, { errors: [{ path: '', message }] });
  }
  return ok(text);
}
