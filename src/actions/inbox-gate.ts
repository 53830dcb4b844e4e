import { ok, type Result, refuse } from '../contract/error.ts';
import type { GateVote } from '../contract/gate.ts';
import type { InboxGate } from '../contract/inbox.ts';
import { fromJsonText } from '../contract/json-text.ts';
import { ROLE_SCOPES, roleIn } from '../contract/principal.ts';
import type { TaskRow } from '../contract/task.ts';
import type { FoundGate } from '../db/gates.ts';
import type { DecideGate } from '../domain/command.ts';
import { isAsked, mayDecide } from '../domain/decide/gate/decider.ts';
import { gateStateOf, type KeptGate } from '../domain/inbox.ts';
import type { Ask } from './ask.ts';

type Body = KeptGate['body'];

const SCOPE = 'gates:approve';

/** What a decision of the caller would be refused with, by the rules that judge one, in their order. */
function judge(ask: Ask, { gate }: Body, projectId: string): Result<null> {
  const { actor, credential, now } = ask;
  const kind = mayDecide(actor);
  if (!kind.ok) return kind;
  if (credential.delegated) return refuse('human_required', 'Only a person may decide a gate.');
  if (!actor.scopes.includes(SCOPE)) return refuse('insufficient_scope', 'The scope is missing.');
  const role = roleIn(actor, projectId);
  if (role === undefined || !ROLE_SCOPES[role].includes(SCOPE)) {
    return refuse('role_too_low', 'The role is too low.');
  }
  const command: DecideGate = {
    type: 'decide-gate',
    gate: gate.id,
    decision: 'approve',
    actor,
    now,
  };
  const asked = isAsked(gate, command);
  if (!asked.ok) return asked;
  const isOver = gate.expiresAt !== undefined && Date.parse(gate.expiresAt) <= now;
  if (gateStateOf(gate) === 'pending' && !isOver) return ok(null);
  return refuse('gate_decided', 'The gate has been decided.');
}

/** Without credentials in open mode people are told apart by their names. */
const isOwn = ({ actor }: Ask, vote: GateVote): boolean =>
  vote.approverId === actor.id && (!actor.open || vote.approver === actor.name);

/** A gate as its reader sees it, with what they could do about it. */
export function judgedGate(
  ask: Ask,
  { gate, createdBy, acceptanceCriteria }: Body,
  task: TaskRow,
): InboxGate {
  const judged = judge(ask, { gate, createdBy }, task.projectId);
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
export function inboxGate(ask: Ask, row: Pick<FoundGate, 'body' | 'task'>): InboxGate {
  // Our own bytes, written by the task's object.
  return judgedGate(ask, JSON.parse(row.body) as Body, fromJsonText(row.task));
}
