import type { GateAdvisory } from '../contract/gate.ts';
import type { PolicyTerms } from '../contract/gate-policy.ts';
import type { Actor, Role } from '../contract/principal.ts';

interface Asked {
  readonly now: number;
  readonly actor: Actor;
}

/** A person at a gate; without a credential in open mode they are who they say. */
interface Personal extends Asked {
  readonly gate: string;
  readonly approver?: string | undefined;
}

export interface DecideGate extends Asked {
  readonly type: 'decide-gate';
  readonly gate: string;
  readonly decision: 'approve' | 'reject' | 'request-changes';
  readonly approver?: string | undefined;
  readonly comment?: string | undefined;
  readonly actionHash?: string | undefined;
  readonly signin?: VoterSignin | undefined;
  /** Absent where the decision hangs on none of them; see `factsNeeded`. */
  readonly facts?: VoterFacts | undefined;
}

/** How the person who decides has shown who they are. */
export interface VoterSignin {
  readonly authTimeMs?: number | undefined;
  readonly amr?: readonly string[] | undefined;
  /** The client: `console`, `token`, an app. */
  readonly via: string;
}

/** What only the members of the project say, as it is now. */
export interface VoterFacts {
  /** Of those who have voted before. */
  readonly standings: Readonly<Record<string, Role>>;
  /** How many people could approve, 2 for more than one. */
  readonly eligible: number;
}

/** A project admin lets the task pass without an approval. */
export interface WaiveGate extends Asked {
  readonly type: 'waive-gate';
  readonly gate: string;
  readonly reason: string;
}

/** Who has asked for a gate takes the question back. */
export interface CancelGate extends Asked {
  readonly type: 'cancel-gate';
  readonly gate: string;
  readonly reason: string;
}

/** A use of a standing approval: by whom, with what they may do now. */
export interface StandingVote {
  readonly standingId: string;
  readonly grantor: Actor;
  /** How many people could approve, 2 for more than one. */
  readonly eligible: number;
}

/** The lease holder, or its agent, asks people before it does something. */
export interface RequestGate extends Asked {
  readonly type: 'request-gate';
  /** Of a runner; the credential of an agent names the lease itself. */
  readonly lease?: { readonly leaseId: string; readonly epoch: number } | undefined;
  readonly name: string;
  /** As it came. */
  readonly action: unknown;
  readonly advisory?: GateAdvisory | undefined;
  readonly policy?: PolicyTerms | undefined;
  readonly blocking: boolean;
  /** Somebody who has agreed to it beforehand. */
  readonly standing?: StandingVote | undefined;
}

/** The lease holder is about to do what was approved, once. */
export interface ConsumeGate extends Asked {
  readonly type: 'consume-gate';
  readonly leaseId: string;
  readonly epoch: number;
  readonly gate: string;
  readonly gateId: string;
  readonly nonce: string;
  readonly actionHash: string;
  readonly consumeId: string;
}

/** An approver puts another action in the place of the one that was asked for. */
export interface EditGate extends Personal {
  readonly type: 'edit-gate';
  /** As it came. */
  readonly action: unknown;
  readonly baseActionHash: string;
  readonly comment?: string | undefined;
  readonly signin?: VoterSignin | undefined;
  readonly facts?: VoterFacts | undefined;
}

/** An approver hands their say to somebody else. */
export interface DelegateGate extends Personal {
  readonly type: 'delegate-gate';
  /** With the role that they have in the project now; without one they decide nothing there. */
  readonly to: { readonly id: string; readonly role?: Role | undefined };
  readonly reason?: string | undefined;
  readonly expiresAt?: string | undefined;
}

/** An approver takes their vote back. */
export interface WithdrawVote extends Personal {
  readonly type: 'withdraw-vote';
  readonly comment?: string | undefined;
}

/** All that is asked at gates, but of its one use, which a lease fences. */
export type GateCommand =
  | DecideGate
  | WaiveGate
  | CancelGate
  | RequestGate
  | EditGate
  | DelegateGate
  | WithdrawVote;
