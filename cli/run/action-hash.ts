import { createHash } from 'node:crypto';
import type { GateAction } from '../../src/contract/gate.ts';
import { canonicalJson } from '../../verify/canonical-json.ts';

/** By this a server and a runner mean the same action. */
export const actionHash = (action: GateAction): string =>
  `sha256:${createHash('sha256').update(canonicalJson(action), 'utf8').digest('base64url')}`;
