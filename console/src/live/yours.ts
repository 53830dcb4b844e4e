import type { InboxGate } from '../../../src/contract/inbox.ts';

/** Whether a decision of the reader would count, with a passkey where that is asked, and they have made none yet. */
export const isYours = ({ canDecide, why, myVote }: InboxGate): boolean =>
  (canDecide || why === 'insufficient_user_authentication') && myVote === null;
