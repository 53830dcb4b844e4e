// Where a gate stands, in the words of people.

import type { Gate } from '../../../src/contract/gate.ts';

export type Decision = 'approve' | 'reject' | 'request-changes';

/** What deciding so is called, and by which key its sheet is opened. */
export const DECISIONS: readonly {
  readonly decision: Decision;
  readonly name: string;
  readonly key: string;
}[] = [
  { decision: 'reject', name: 'Reject', key: 'r' },
  { decision: 'request-changes', name: 'Request changes', key: 'e' },
  { decision: 'approve', name: 'Approve', key: 'a' },
];

/** Where an instance stands; a record without `state` says it by its status. */
export const stateOf = ({ state, status }: Pick<Gate, 'state' | 'status'>): string =>
  state ?? status;

/** Whether people can still decide it. */
export const isOpen = (gate: Pick<Gate, 'state' | 'status'>): boolean =>
  stateOf(gate) === 'pending';

/** How many people have to approve. */
export const neededOf = ({ policy, quorum = 1 }: Pick<Gate, 'policy' | 'quorum'>): number =>
  policy?.required ?? quorum;

/** The votes that approve. */
export const approvalsOf = ({ votes = [] }: Pick<Gate, 'votes'>) =>
  votes.filter(({ decision = 'approve' }) => decision === 'approve');

/** `1 of 2 approvals`. */
export function votesText(gate: Gate): string {
  const needed = neededOf(gate);
  return `${approvalsOf(gate).length} of ${needed} ${needed === 1 ? 'approval' : 'approvals'}`;
}

const WHY: Readonly<Record<string, string>> = {
  not_an_approver: 'It is decided by others.',
  self_approval: 'It is your own: somebody else has to approve it.',
  insufficient_user_authentication: 'You will be asked for your passkey.',
  insufficient_scope: 'Your credential may not decide gates.',
  role_too_low: 'Your role in this project may not decide gates.',
  human_required: 'Only a person decides, not a service.',
  gate_decided: 'It has been decided.',
  environment_forbidden: 'Your credential is not for this environment.',
};

/** Why a decision of the reader would not count; a code of the table of refusals. */
export const whyText = (why: string): string => WHY[why] ?? `It is refused: ${why}.`;

/** What the reader can mend at once is no reason to keep the buttons from them. */
export const isMendable = (why: string | null): boolean =>
  why === null || why === 'insufficient_user_authentication';
