// What people ask of a gate, and who has asked for it.

import type { Actor, Role } from '../contract/principal.ts';

interface Asked {
  readonly now: number;
  readonly actor: Actor;
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

export type GateDecision = DecideGate | WaiveGate | CancelGate;
