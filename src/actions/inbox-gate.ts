import { ok, type Result, refuse } from '../contract/error.ts';
import type { GateVote } from '../contract/gate.ts';
import type { InboxGate } from '../contract/inbox.ts';
import { fromJsonText } from '../contract/json-text.ts';
import { ROLE_SCOPES, roleIn } from '../contract/principal.ts';
import type { TaskRow } from '../contract/task.ts';
import { countEligible } from '../db/approvers.ts';
import { ProjectDb } from '../db/database.ts';
import type { FoundGate } from '../db/gates.ts';
import { mayDecide } from '../domain/decide/gate/decider.ts';
import { checkApprover, checkAsked, decidesOwn } from '../domain/decide/gate/who-may.ts';
import { policyOf } from '../domain/gate-policy.ts';
import { gateStateOf, type KeptGate } from '../domain/inbox.ts';
import type { Ask } from './ask.ts';

type Body = KeptGate['body'];

const SCOPE = 'gates:approve';

/** How many people could approve, of those whom a gate asks; 2 for more than one. */
type Eligible = (projectId: string, from: readonly string[] | null) => Promise<number>;

/** Each is counted once in a request. */
export function eligibleIn({ env }: Ask): Eligible {
  const known = new Map<string, Promise<number>>();
  return (projectId, from) => {
    const key = JSON.stringify([projectId, from]);
    const counted = known.get(key) ?? countEligible(new ProjectDb(env, projectId), from);
    known.set(key, counted);
    return counted;
  };
}

/** What the credential and the role let the caller do at gates at all. */
function mayAtAll({ actor, credential }: Ask, projectId: string): Result<null> {
  const kind = mayDecide(actor);
  if (!kind.ok) return kind;
  if (credential.delegated) return refuse('human_required', 'Only a person may decide a gate.');
  if (!actor.scopes.includes(SCOPE)) return refuse('insufficient_scope', 'The scope is missing.');
  const role = roleIn(actor, projectId);
  return role !== undefined && ROLE_SCOPES[role].includes(SCOPE)
    ? ok(null)
    : refuse('role_too_low', 'The role is too low.');
}

/** What an approval by the caller would be refused with, by the rules that judge one, in their order. */
async function judge(
  ask: Ask,
  { gate, createdBy }: Body,
  { projectId, eligible }: { readonly projectId: string; readonly eligible: Eligible },
): Promise<Result<null>> {
  const { actor, credential, now } = ask;
  const may = mayAtAll(ask, projectId);
  if (!may.ok) return may;
  const whose = { createdBy, projectId };
  const asked = { type: 'decide-gate', gate: gate.id, decision: 'approve', actor, now } as const;
  const isOneOf = checkAsked(whose, gate, asked);
  if (!isOneOf.ok) return isOneOf;
  const isOver = gate.expiresAt !== undefined && Date.parse(gate.expiresAt) <= now;
  if (gateStateOf(gate) !== 'pending' || isOver) {
    return refuse('gate_decided', 'The gate has been decided.');
  }
  const { preventSelfApproval, from } = policyOf(gate);
  const asksWhether = preventSelfApproval === null && decidesOwn(whose, gate, asked);
  const facts = { standings: {}, eligible: asksWhether ? await eligible(projectId, from) : 0 };
  const signin = { via: credential.kind, authTimeMs: credential.authTimeMs };
  return checkApprover(whose, gate, { ...asked, facts, signin });
}

/** Without credentials in open mode people are told apart by their names. */
const isOwn = ({ actor }: Ask, vote: GateVote): boolean =>
  vote.approverId === actor.id && (!actor.open || vote.approver === actor.name);

/** A gate as its reader sees it, with what they could do about it. */
export async function judgedGate(
  ask: Ask,
  { gate, createdBy, acceptanceCriteria }: Body,
  { task, eligible = eligibleIn(ask) }: { readonly task: TaskRow; readonly eligible?: Eligible },
): Promise<InboxGate> {
  const judged = await judge(ask, { gate, createdBy }, { projectId: task.projectId, eligible });
  return {
    ...gate,
    state: gateStateOf(gate),
    ...(acceptanceCriteria === undefined ? {} : { acceptanceCriteria }),
    task,
    canDecide: judged.ok,
    why: judged.ok ? null : judged.refusal.code,
    myVote: gate.votes?.findLast((vote) => isOwn(ask, vote)) ?? null,
  };
}

/** The same of a row. */
export function inboxGate(
  ask: Ask,
  row: Pick<FoundGate, 'body' | 'task'>,
  eligible: Eligible,
): Promise<InboxGate> {
  // Our own bytes, written by the task's object.
  return judgedGate(ask, JSON.parse(row.body) as Body, { task: fromJsonText(row.task), eligible });
}
