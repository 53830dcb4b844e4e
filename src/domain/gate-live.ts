import type { Gate } from '../contract/gate.ts';
import { actionHash } from './action.ts';

/** Whether people have agreed and nobody has used it yet. */
export const isUsable = ({ state }: Gate): boolean => state === 'approved';

/** Whether people are asked, or have agreed and nobody has used it yet. */
export const isLive = (gate: Gate): boolean => gate.status === 'pending' || isUsable(gate);

/** What was asked for at first: an approver may have changed it since. */
export const proposedHash = ({ proposed, actionHash: hash }: Gate): string =>
  proposed === undefined ? hash : actionHash(proposed);
