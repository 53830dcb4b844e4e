import type { Gate } from '../../../contract/gate.ts';
import type { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import type { DecideGate, RequestGate } from '../../gate-command.ts';
import { decideGate } from './decide-gate.ts';

/**
 * Gives the voice of a person who has agreed beforehand, by the rules for every other one: where it would be refused, or
 * is not enough, the gate waits for people as if nobody had agreed.
 */
export function withStanding(course: Course, gate: Gate, { standing }: RequestGate): Decision {
  const { decision } = course;
  if (standing === undefined) return decision;
  const { grantor: actor, eligible, standingId } = standing;
  const vote: DecideGate = {
    type: 'decide-gate',
    gate: gate.id,
    decision: 'approve',
    actor,
    now: course.nowMs,
    actionHash: gate.actionHash,
    comment: `Agreed beforehand: ${standingId}`,
    signin: { via: 'standing' },
    facts: { standings: {}, eligible },
  };
  const decided = decideGate(course.state, vote);
  if (!decided.ok) return decision;
  return { drafts: [...decision.drafts, ...decided.value.drafts] };
}
