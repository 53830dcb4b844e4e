import { createHash } from 'node:crypto';
import type { GateAction } from '../../src/contract/gate.ts';

/** JSON with sorted keys and no spaces (RFC 8785; the numbers of actions are whole). */
const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
};

/** By this a server and a runner mean the same action. */
export const actionHash = (action: GateAction): string =>
  `sha256:${createHash('sha256').update(canonicalJson(action), 'utf8').digest('base64url')}`;
