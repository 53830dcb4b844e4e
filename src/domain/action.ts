import type { GateAction } from '../contract/gate.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './digest.ts';

/** The digest of a value, whatever the order of its keys, with the name of the function before it. */
export const canonicalHash = (value: unknown): string => `sha256:${sha256(canonicalJson(value))}`;

/** What a decision counts for: another action has another hash, whatever the order of its keys. */
export const actionHash = (action: GateAction): string => canonicalHash(action);
