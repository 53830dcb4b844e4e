// Who may approve something, and when enough people have: one rule for whatever waits for people.

import {
  type Approval,
  type ApprovalPolicy,
  type ApprovalVote,
  approvingRoles,
} from '../contract/approval.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Role } from '../contract/principal.ts';

/** A policy once it is known whether people may approve what is their own. */
export interface ApprovalRule extends ApprovalPolicy {
  readonly preventSelfApproval: boolean;
}

/** A person who may decide gates, with their role in the project. */
export interface Voter {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Roles by person, of those who have one at the moment. */
export type Standings = Readonly<Record<string, Role>>;

type Asked = Pick<Approval, 'from' | 'preventSelfApproval'>;

/** The policy as it holds where so many people could approve. */
export const ruleOf = (policy: ApprovalPolicy, eligible: number): ApprovalRule => ({
  ...policy,
  preventSelfApproval: policy.preventSelfApproval ?? eligible >= 2,
});

/** What is asked for from now on, whatever becomes of the policy. */
export function openApproval(rule: ApprovalRule, nowMs: number): Approval {
  const after = (seconds: number) => new Date(nowMs + seconds * 1_000).toISOString();
  return {
    required: rule.required,
    from: rule.from,
    preventSelfApproval: rule.preventSelfApproval,
    votes: [],
    forced: false,
    readyAt: after(0),
    opensAt: after(rule.waitSeconds),
    expiresAt: after(rule.expiresInSeconds),
  };
}

/** What stands for a role or for one person. People choose their names themselves, and none makes them what this says. */
const IS_ID = /^(role:|user:|usr_)/;

/** Whether somebody of this role is asked: by the role, by their id, or by the name that they show. */
export const isAsked = (
  { from }: Pick<Asked, 'from'>,
  { id, role, name }: { readonly id: string; readonly role: Role; readonly name?: string },
): boolean =>
  approvingRoles(from).includes(role) ||
  (from?.some(
    (entry) => entry === id || entry === `user:${id}` || (entry === name && !IS_ID.test(entry)),
  ) === true &&
    approvingRoles(null).includes(role));

const isSelf = ({ preventSelfApproval }: Asked, id: string, requesters: readonly string[]) =>
  preventSelfApproval && requesters.includes(id);

/** Whether this person is one of those who are asked, and not one of those who ask. */
export function checkVoter(
  approval: Asked,
  { id, role }: Voter,
  requesters: readonly string[],
): Result<null> {
  if (!isAsked(approval, { id, role })) {
    return refuse('not_an_approver', `It is approved by: ${(approval.from ?? []).join(', ')}.`);
  }
  if (isSelf(approval, id, requesters)) {
    return refuse('self_approval', 'Somebody else has to approve it: it is your own.');
  }
  return ok(null);
}

/** One vote a person, however often they give it. */
export const withVote = (
  votes: readonly ApprovalVote[],
  vote: ApprovalVote,
): readonly ApprovalVote[] =>
  votes.some(({ approverId }) => approverId === vote.approverId) ? votes : [...votes, vote];

/** Whether enough have approved, of those who still could: who has lost the role does not count. */
export function isApproved(
  approval: Approval,
  standings: Standings,
  requesters: readonly string[],
): boolean {
  const counted = new Set(
    approval.votes
      .map(({ approverId }) => approverId)
      .filter((id) => {
        const role = Object.hasOwn(standings, id) ? standings[id] : undefined;
        return (
          role !== undefined && isAsked(approval, { id, role }) && !isSelf(approval, id, requesters)
        );
      }),
  );
  return counted.size >= approval.required;
}
