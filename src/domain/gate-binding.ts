// What an approval holds for: this instance, this action, whoever asks and under which policy.

import type { Gate } from '../contract/gate.ts';
import type { ToldPolicy } from '../contract/gate-policy.ts';
import { canonicalHash } from './action.ts';
import { digest128 } from './digest.ts';

/** The secret of a task from which the nonces of its gates are made. It stands beside the log, which everybody reads. */
interface Secret {
  readonly gateSecret?: string;
}

/**
 * The nonce of an instance: 128 bits that nobody can guess before they are told. It is for the lease holder once the
 * gate is approved, and for receipts; no event, view or export shows it before.
 */
export const gateNonce = ({ gateSecret = '' }: Secret, gateId: string): string =>
  digest128(`sluice-nonce-1\n${gateSecret}\n${gateId}`);

export const policyHash = (policy: ToldPolicy): string => canonicalHash(policy);

type Bound = Pick<Gate, 'id' | 'actionHash' | 'requester' | 'context' | 'policyHash'>;

/** Whoever approves the gate approves all of this, and nothing else of the same name. */
export function bindingHash(task: Secret, gate: Bound): string {
  const { id: gateId, actionHash, requester, context, policyHash: hash } = gate;
  const nonce = gateNonce(task, gateId);
  return canonicalHash({ v: 1, gateId, nonce, actionHash, requester, context, policyHash: hash });
}
