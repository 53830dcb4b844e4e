// What is proven, and what a receipt says. All of it follows from the log, so a receipt that was lost before it was
// signed is made again to the byte.

import type { TaskEvent, TaskEventType } from '../contract/event.ts';
import type { Gate, GateVote } from '../contract/gate.ts';
import type { Receipt, ReceiptKind, ReceiptVote } from '../contract/receipt.ts';
import { sha256 } from './digest.ts';
import { derivedId } from './id.ts';
import type { TaskState } from './task.ts';

const PROVEN = [
  'gate:approved',
  'gate:rejected',
  'gate:changes-requested',
  'gate:waived',
  'gate:consumed',
] as const;

/** What has a receipt. */
export const PROVEN_EVENTS: ReadonlySet<TaskEventType> = new Set(PROVEN);

export type ProvenEvent = Extract<TaskEvent, { readonly type: (typeof PROVEN)[number] }>;
export const isProven = (event: TaskEvent): event is ProvenEvent => PROVEN_EVENTS.has(event.type);

/** A receipt before it is known where in the log its event lies, and who signs it. */
export type Claims = Omit<Receipt, 'iss' | 'log' | 'nonce' | 'assurance'> & {
  readonly seq: number;
  readonly open: boolean;
};

interface Outcome {
  readonly kind: ReceiptKind;
  readonly decision: string;
  /** What the person said that decided it; absent where the clock did. */
  readonly last?: GateVote['decision'] & string;
}

function outcomeOf(event: ProvenEvent): Outcome {
  switch (event.type) {
    case 'gate:approved': {
      const isStanding = event.data.votes?.some(({ via }) => via === 'standing') ?? false;
      return {
        kind: isStanding ? 'standing.use' : 'gate.decision',
        decision: 'approved',
        last: 'approve',
      };
    }
    case 'gate:rejected':
      return event.data.approverId === 'clock'
        ? { kind: 'gate.expired', decision: 'expired' }
        : { kind: 'gate.decision', decision: 'rejected', last: 'reject' };
    case 'gate:changes-requested':
      return { kind: 'gate.decision', decision: 'changes-requested', last: 'request-changes' };
    case 'gate:waived':
      return { kind: 'gate.decision', decision: 'waived' };
    case 'gate:consumed':
      return { kind: 'gate.consumed', decision: 'approved' };
    default:
      return event satisfies never;
  }
}

const hashOf = (comment: string | undefined): string | null =>
  comment === undefined ? null : `sha256:${sha256(comment)}`;

const voteView = (vote: GateVote): ReceiptVote => ({
  sub: vote.approverId,
  decision: vote.decision ?? 'approve',
  at: vote.at,
  amr: vote.amr ?? [],
  authTime: vote.authTime ?? null,
  via: vote.via ?? null,
  commentHash: hashOf(vote.comment),
  delegatedBy: vote.delegatedBy ?? null,
});

/** The votes that the event names, or in logs of before they were named: those of the gate and the one that decided. */
function votesOf(event: ProvenEvent, gate: Gate, last: Outcome['last']): readonly GateVote[] {
  const before = gate.votes ?? [];
  if (event.type === 'gate:waived' || event.type === 'gate:consumed') return before;
  if (event.data.votes !== undefined) return event.data.votes;
  if (last === undefined) return before;
  const { approverId, comment } = event.data;
  const told = comment === undefined ? {} : { comment };
  const approver = gate.approver ?? approverId;
  return [...before, { approver, approverId, at: event.timestamp, decision: last, ...told }];
}

/** Nobody voted: one person has said that nobody needs to. */
const waiver = (event: Extract<ProvenEvent, { type: 'gate:waived' }>): ReceiptVote => ({
  sub: event.data.byId,
  decision: 'waive',
  at: event.timestamp,
  ...{ amr: [], authTime: null, via: null, delegatedBy: null },
  commentHash: hashOf(event.data.reason),
});

/** The one use of an approval, and by whom. */
const useOf = ({ consume }: Gate): Receipt['consumed'] =>
  consume === undefined
    ? null
    : {
        sub: consume.by,
        leaseId: consume.leaseId ?? null,
        epoch: consume.epoch ?? null,
        at: consume.at,
        effectiveHash: consume.effectiveHash ?? null,
      };

/** In open mode without a credential whoever asks is this one. */
const LOCAL_OWNER = 'usr_local';

/** What the receipt of this event says; `state` is the task right after it. */
export function claimsOf(state: TaskState, event: ProvenEvent): Claims {
  const { gateId } = event.data;
  const gate = state.gates.find(({ id }) => id === gateId);
  if (gate === undefined) throw new Error('A decision names a gate that the log does not know.');
  const { kind, decision, last } = outcomeOf(event);
  const isWaived = event.type === 'gate:waived';
  const votes = isWaived ? [waiver(event)] : votesOf(event, gate, last).map(voteView);
  const ms = Date.parse(event.timestamp);
  const { name, instance, source } = gate;
  return {
    v: 1,
    jti: derivedId('rcp', ms, gateId, instance, kind, event.seq),
    iat: Math.floor(ms / 1_000),
    kind,
    project: state.projectId,
    task: state.id,
    attempt: gate.attempt,
    gate: { id: gateId, name, instance, source },
    decision,
    actionHash: 'actionHash' in event.data ? event.data.actionHash : gate.actionHash,
    bindingHash: gate.bindingHash ?? null,
    policyHash: gate.policyHash ?? null,
    required: gate.policy?.required ?? gate.quorum ?? 1,
    requester: gate.requester ?? null,
    context: gate.context ?? null,
    votes,
    consumed: kind === 'gate.consumed' ? useOf(gate) : null,
    seq: event.seq,
    open: votes.some(({ sub }) => sub === LOCAL_OWNER),
  };
}
