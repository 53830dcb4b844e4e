import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Gate, GateVote } from '../../contract/gate.ts';
import type { Actor } from '../../contract/principal.ts';
import { advance } from '../advance.ts';
import type { DecideGate } from '../command.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import { gateNamed, instancesOf, openGate, policyOf } from '../gates.ts';
import { isEnded, stageOf, type TaskState, workingStatus } from '../task.ts';
import { carryOut, mayComplete } from './report.ts';

/** Rounds of changes are many instances of one gate; somewhere a person should reject. */
const GATES_MAX = 200;

const VERBS = { approve: 'approved', reject: 'rejected', 'request-changes': undefined } as const;

/** Only a person decides: never an agent, a service or a runner, in any mode. */
export function mayDecide(actor: Actor): Result<null> {
  if (actor.kind === 'agent') return refuse('agent_forbidden', 'Agents may not decide gates.');
  if (actor.kind !== 'person') return refuse('human_required', 'Only a person may decide a gate.');
  return ok(null);
}

/** Without a credential in open mode the body's `approver` is believed; else it is only a claim. */
function deciderOf(command: DecideGate) {
  const { actor, approver } = command;
  if (actor.open) return { name: approver ?? actor.name, id: actor.id };
  return approver === undefined
    ? { name: actor.name, id: actor.id }
    : { name: actor.name, id: actor.id, claimed: approver };
}

function facts(gate: Gate, command: DecideGate, status: TaskState['status']) {
  const decider = deciderOf(command);
  return {
    gateId: gate.id,
    gateName: gate.name,
    status,
    approverId: decider.id,
    actionHash: gate.actionHash,
    ...(command.comment === undefined ? {} : { comment: command.comment }),
    ...(decider.claimed === undefined ? {} : { claimedApprover: decider.claimed }),
  };
}

/** A run whose work had ended while it waited needs its next step; one that is still at work goes on by itself. */
const awaitsWork = ({ work, lease, lastLease }: TaskState): boolean =>
  work === undefined && (lease !== undefined || lastLease !== undefined);

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

function reject(course: Course, gate: Gate, command: DecideGate): Course {
  const comment = command.comment?.trim();
  const error = `Gate "${gate.name}" rejected${comment ? `: ${comment}` : ''}`;
  return course
    .add({
      type: 'gate:rejected',
      data: { ...facts(gate, command, course.state.status), rejector: deciderOf(command).name },
    })
    .endLease('error')
    .add({ type: 'task:failed', data: { status: 'failed', error } });
}

/** Back to the gate's stage with the comment; the gate is asked again when that stage has completed once more. */
function requestChanges(course: Course, gate: Gate, command: DecideGate): Course {
  // What is being done now is void: it was begun without the comment.
  if (course.state.work !== undefined) course.endLease('superseded');
  const { state, nowMs } = course;
  // An agent asked about what it was doing; the gate's own stage may lie ahead.
  const inRun = (state.lease ?? state.lastLease) !== undefined;
  const askedInRun = state.hold?.kind === 'asked' && inRun;
  const here = stageOf(state) ?? '';
  const stage = askedInRun ? here : (gate.stage ?? here);
  const byRunner = state.hold?.kind === 'work';
  const next = openGate({
    taskId: state.id,
    name: gate.name,
    source: gate.source,
    ...policyOf(gate),
    ...(gate.stage === undefined ? {} : { stage: gate.stage }),
    instance: instancesOf(state, gate.name) + 1,
    attempt: state.attempt,
    nowMs,
  });
  const { comment = '', ...rest } = facts(gate, command, workingStatus(state.plan, stage));
  course.add({
    type: 'gate:changes-requested',
    data: { ...rest, comment, requester: deciderOf(command).name, stage, next },
  });
  return byRunner || awaitsWork(course.state) ? advance(course) : course;
}

/** Whether this person is one of those who decide this gate. */
function isAsked(gate: Gate, command: DecideGate): Result<null> {
  const { name, id } = deciderOf(command);
  const { approvers = [] } = gate;
  if (approvers.length > 0 && !approvers.includes(name) && !approvers.includes(id)) {
    return refuse('not_an_approver', `The gate is decided by: ${approvers.join(', ')}.`);
  }
  return ok(null);
}

/** Two people are two votes. Without credentials in open mode people are told apart by the names they give. */
const isSameVoter = (vote: GateVote, decider: { name: string; id: string }, open: boolean) =>
  vote.approverId === decider.id && (!open || vote.approver === decider.name);

/** Every approval but the last one of those that a gate asks for is a vote. */
function approveOrVote(course: Course, gate: Gate, command: DecideGate): Result<Decision> {
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

/** Nobody has answered in time: the same as a no. */
export function decideGateTimeout(course: Course): Course {
  const gate = course.state.gates.find(({ id }) => id === course.state.hold?.gateId);
  if (gate === undefined) return course;
  const { status } = course.state;
  return course
    .add({
      type: 'gate:rejected',
      data: {
        gateId: gate.id,
        gateName: gate.name,
        status,
        approverId: 'clock',
        rejector: 'clock',
        reason: 'timeout',
        actionHash: gate.actionHash,
      },
    })
    .endLease('gate')
    .add({
      type: 'task:failed',
      data: { status: 'failed', error: `Gate "${gate.name}" rejected: timeout` },
    });
}

function repeated(gate: Gate, command: DecideGate): boolean {
  const { votes = [] } = gate;
  const decider = deciderOf(command);
  const voted = votes.some((vote) => isSameVoter(vote, decider, command.actor.open));
  if (command.decision === 'approve' && gate.status === 'approved' && voted) return true;
  return gate.status === VERBS[command.decision] && gate.approverId === command.actor.id;
}

/** One decision on one gate. The first counts; the same again by the same person changes nothing. */
export function decideGate(state: TaskState, command: DecideGate): Result<Decision> {
  const { decision, actionHash } = command;
  const gate = gateNamed(state, command.gate);
  if (gate === undefined) {
    return refuse('gate_not_required', `The task has no gate named ${command.gate}.`);
  }
  const asked = isAsked(gate, command);
  if (!asked.ok) return asked;
  if (gate.status !== 'pending') {
    if (repeated(gate, command) && gate.reason === undefined) return ok({ drafts: [] });
    return refuse('gate_decided', `The gate has been decided: ${gate.status}.`, {
      state: gate.status,
    });
  }
  if (gate.expiresAt !== undefined && Date.parse(gate.expiresAt) <= command.now) {
    // The alarm has not rung yet; the deadline counts all the same.
    return refuse('gate_decided', 'The gate has expired.', { state: 'expired' });
  }
  if (isEnded(state.status)) {
    return refuse('invalid_transition', `The task has ended (current status: ${state.status}).`);
  }
  if (actionHash !== undefined && actionHash !== gate.actionHash) {
    return refuse('action_changed', 'The action is no longer the one that was seen.');
  }
  const course = new Course(state, command.now);
  if (decision === 'approve') return approveOrVote(course, gate, command);
  if (decision === 'reject') return ok(reject(course, gate, command).decision);
  if (state.gates.length >= GATES_MAX) {
    return refuse('too_many_gates', `A task has at most ${GATES_MAX} gates.`);
  }
  if (state.hold?.gateId !== gate.id) {
    return refuse('not_a_stage_gate', 'Changes can be requested once the task stands at the gate.');
  }
  return ok(requestChanges(course, gate, command).decision);
}
