import { ok, type Result } from '../../../contract/error.ts';
import type { Gate } from '../../../contract/gate.ts';
import { advance } from '../../advance.ts';
import type { DecideGate } from '../../command.ts';
import type { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import { carryOut, mayComplete } from '../report.ts';
import { awaitsWork } from './awaits-work.ts';
import { deciderOf, facts, isSameVoter } from './decider.ts';

function approve(course: Course, gate: Gate, command: DecideGate): Course {
  const { hold } = course.state;
  const holds = hold?.gateId === gate.id;
  const status =
    holds && hold.kind !== 'work' ? hold.before : holds ? 'in-progress' : course.state.status;
  course.add({
    type: 'gate:approved',
    data: { ...facts(gate, command, status), approver: deciderOf(command).name },
  });
  if (!holds) return course;
  if (hold.kind === 'report') return carryOut(course, hold.report);
  return hold.kind === 'work' || awaitsWork(course.state) ? advance(course) : course;
}

/** Every approval but the last one of those that a gate asks for is a vote. */
export function approveOrVote(course: Course, gate: Gate, command: DecideGate): Result<Decision> {
  const { votes = [], quorum = 1 } = gate;
  const decider = deciderOf(command);
  if (votes.some((vote) => isSameVoter(vote, decider, command.actor.open))) {
    return ok({ drafts: [] });
  }
  const { hold } = course.state;
  if (hold?.kind === 'report' && hold.gateId === gate.id && hold.report.status === 'completed') {
    const family = mayComplete(course.state);
    if (!family.ok) return family;
  }
  const vote = { approver: decider.name, approverId: decider.id, at: course.nowIso };
  const all = [...votes, vote];
  if (all.length >= quorum) return ok(approve(course, gate, command).decision);
  const { status } = course.state;
  const { gateId, gateName, comment } = facts(gate, command, status);
  const told = comment === undefined ? {} : { comment };
  const { approver, approverId } = vote;
  const data = { gateId, gateName, approver, approverId, votes: all, quorum, status, ...told };
  return ok(course.add({ type: 'gate:vote', data }).decision);
}
