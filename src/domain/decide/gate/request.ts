import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate, GateAction, GateRequester } from '../../../contract/gate.ts';
import { REQUESTS_MAX } from '../../../contract/gate-request.ts';
import { actionHash } from '../../action.ts';
import { Course } from '../../course.ts';
import { gateDueAt } from '../../deadlines.ts';
import type { Decision } from '../../draft.ts';
import { readAction } from '../../gate-action.ts';
import type { RequestGate } from '../../gate-command.ts';
import { isLive, proposedHash } from '../../gate-live.ts';
import { gateNamed, instancesOf, openGate, requesterOf } from '../../gates.ts';
import { askGate } from '../../reach-gate.ts';
import { requestPolicy } from '../../request-policy.ts';
import { hasRoomFor } from '../../requested-room.ts';
import { stageOf, type TaskState } from '../../task.ts';
import { fenceHolder } from '../fence.ts';
import { cancelGate } from './cancel-gate.ts';
import { ringGate } from './gate-clock.ts';
import { withStanding } from './standing.ts';

/** What a task does by itself is asked about by the task itself. */
const OWN: ReadonlySet<string> = new Set(['stage.continue', 'gate.default', 'budget.extend']);

/** The holder of the lease, or the agent under it, in the midst of its work. */
function mayRequest(state: TaskState, command: RequestGate): Result<null> {
  const { actor, lease = { leaseId: '', epoch: -1 }, now } = command;
  if (actor.kind !== 'agent') {
    const held = { type: 'report-progress', progress: {}, now, actor, ...lease } as const;
    const fenced = fenceHolder(state, held);
    if (!fenced.ok) return fenced;
  }
  if (state.work === undefined || state.status === 'paused') {
    return refuse('invalid_transition', 'Only who is at work on the task asks for a gate.');
  }
  const { name } = command;
  const newest = gateNamed(state, name);
  const isTaken = newest !== undefined && newest.source !== 'request';
  if (isTaken || state.plan.gates.some((planned) => planned.name === name)) {
    const message = `Name must not be that of a gate of the task: ${name}`;
    return refuse('invalid_request', message, { errors: [{ path: 'name', message }] });
  }
  return ok(null);
}

function requested(value: unknown): Result<GateAction> {
  const action = readAction(value);
  if (!action.ok || !OWN.has(action.value.type)) return action;
  return refuse('invalid_action', `A task asks about ${action.value.type} by itself.`);
}

function hasRoom({ gates }: TaskState, { action, advisory, policy }: RequestGate): boolean {
  const earlier = gates.filter(({ source }) => source === 'request');
  return earlier.length < REQUESTS_MAX && hasRoomFor(earlier, [action, advisory, policy]);
}

/** An agent asks for who made the task; a runner that asks by itself is no agent. */
function requesterFor(state: TaskState, { actor }: RequestGate): GateRequester {
  const requester = requesterOf(state);
  return actor.kind === 'agent' ? requester : { ...requester, sub: actor.id };
}

/** Asks people. The task waits for them unless it is told not to, and its lease lives on meanwhile. */
function askPeople(course: Course, gate: Gate): Course {
  const { status, hold } = course.state;
  if (gate.blocking === false) return askGate(course, gate, { status });
  if (hold !== undefined) return askGate(course, gate, { status: 'waiting-approval' });
  const held = { kind: 'asked', before: status } as const;
  return askGate(course, gate, { status: 'waiting-approval', held });
}

/** The instance that people are asked about, or have agreed to; what is due there has happened, though no alarm rang. */
function liveNamed(course: Course, name: string): Gate | undefined {
  const gate = gateNamed(course.state, name);
  const dueAt = gate === undefined ? null : gateDueAt(course.state, gate);
  if (gate !== undefined && dueAt !== null && dueAt <= course.nowMs) ringGate(course, gate);
  const after = gateNamed(course.state, name);
  return after !== undefined && isLive(after) ? after : undefined;
}

/** A gate that is asked for while work goes on: the live one of that name and action, or the next instance. */
export function decideRequest(state: TaskState, command: RequestGate): Result<Decision> {
  const may = mayRequest(state, command);
  if (!may.ok) return may;
  const read = requested(command.action);
  if (!read.ok) return read;
  const { name, advisory, blocking, now } = command;
  const action = read.value;
  const course = new Course(state, now);
  const newest = liveNamed(course, name);
  if (newest !== undefined) {
    if (proposedHash(newest) !== actionHash(action)) {
      cancelGate(course, newest, { by: command.actor, reason: 'action_changed' });
    } else {
      const isForgotten = newest.status === 'pending' && state.hold === undefined;
      if (!isForgotten || newest.blocking === false) return ok({ drafts: [] });
      // It was asked for under a lease that has ended since; who asks again waits for it again.
      return ok(askPeople(course, newest).decision);
    }
  }
  if (!hasRoom(state, command)) {
    return refuse('too_many_gates', `A task asks for ${REQUESTS_MAX} gates at most.`);
  }
  const instance = instancesOf(course.state, name) + 1;
  const policy = requestPolicy(state, { name, instance, asked: command.policy ?? {} });
  const stage = stageOf(state);
  const requester = requesterFor(state, command);
  const opened = openGate(course.state, {
    ...{ name, source: 'request', stage, instance, nowMs: now, action, requester, policy },
  });
  const gate = { ...opened, blocking, ...(advisory === undefined ? {} : { advisory }) };
  return ok(withStanding(askPeople(course, gate), gate, command));
}
