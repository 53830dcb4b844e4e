import type { GateAction } from '../contract/gate.ts';
import { sha256 } from './digest.ts';

type Json = unknown;

function canonicalObject(value: object): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** JSON with sorted keys and no spaces (RFC 8785; numbers here are whole, where it agrees with JSON.stringify). */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  return JSON.stringify(value) ?? 'null';
}

/** What a decision counts for: another action has another hash, whatever the order of its keys. */
export function actionHash(action: GateAction): string {
  return `sha256:${sha256(canonicalJson(action))}`;
}
