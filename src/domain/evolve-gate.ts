import type { TaskEvent } from '../contract/event.ts';
import type { Gate } from '../contract/gate.ts';
import { type Change, withChange } from './change.ts';
import { nextHold } from './next-hold.ts';
import { present } from './present.ts';
import { unbegun } from './stage-state.ts';
import type { Hold, TaskState } from './task.ts';

export type GateEvent = Extract<TaskEvent, { type: `gate:${string}` }>;

function replaceGate(gates: readonly Gate[], id: string, change: Change<Gate>): readonly Gate[] {
  return gates.map((gate) => (gate.id === id ? withChange(gate, change) : gate));
}

function required(
  state: TaskState,
  event: Extract<GateEvent, { type: 'gate:required' }>,
): TaskState {
  const { data } = event;
  const { held } = data;
  const known = data.opened === undefined ? state.gates : [...state.gates, data.opened];
  // A vote was given for one action; for another it is asked again.
  const gates = known.map((gate) => {
    const { votes: _, ...rest } = gate;
    return gate.id === data.gateId && gate.actionHash !== data.actionHash ? rest : gate;
  });
  const hold: Hold | undefined = held && { ...held, gateId: data.gateId };
  return withChange(state, {
    status: data.status,
    gates: replaceGate(gates, data.gateId, {
      reachedAt: event.timestamp,
      action: data.action,
      actionHash: data.actionHash,
      ...present({
        expiresAt: data.expiresAt,
        notBefore: data.notBefore,
        bindingHash: data.bindingHash,
        advisory: data.advisory,
        requester: data.requester,
        context: data.context,
        policy: data.policy,
        policyHash: data.policyHash,
      }),
    }),
    // Without a hold the task goes on, or stays as it is.
    ...(hold === undefined
      ? {}
      : {
          hold,
          pausedAt: undefined,
          pauseReason: undefined,
          resumeAfter: undefined,
          notBefore: undefined,
        }),
  });
}

type Decided = Extract<GateEvent, { type: 'gate:approved' | 'gate:rejected' }>;

/** What the task does by itself is done with the vote; all else a lease holder uses once. */
const DONE_HERE: ReadonlySet<string> = new Set(['stage.continue', 'gate.default', 'budget.extend']);

function stateAfter(state: TaskState, event: Decided): Change<Gate> {
  if (event.type === 'gate:rejected') {
    return { state: event.data.reason === 'timeout' ? 'expired' : 'rejected' };
  }
  const gate = state.gates.find(({ id }) => id === event.data.gateId);
  if (gate === undefined || !DONE_HERE.has(gate.action.type)) return { state: 'approved' };
  return { state: 'consumed', consume: { by: state.id, at: event.timestamp } };
}

function decided(state: TaskState, event: Decided): TaskState {
  const { data } = event;
  const approved = event.type === 'gate:approved';
  const gates = replaceGate(state.gates, data.gateId, {
    status: approved ? 'approved' : 'rejected',
    ...stateAfter(state, event),
    ...present({ votes: data.votes, bindingHash: data.bindingHash }),
    respondedAt: event.timestamp,
    approver: event.type === 'gate:approved' ? event.data.approver : event.data.rejector,
    approverId: data.approverId,
    ...(data.claimedApprover === undefined ? {} : { claimedApprover: data.claimedApprover }),
    ...(data.comment === undefined ? {} : { comment: data.comment }),
    ...(event.type === 'gate:rejected' && event.data.reason !== undefined
      ? { reason: event.data.reason }
      : {}),
  });
  const hold = nextHold({ hold: state.hold, gates }, data.gateId);
  return withChange(state, { status: data.status, gates, hold });
}

const LETS: ReadonlySet<string> = new Set(['cancelled', 'waived', 'expired']);

/** A gate that is no longer asked, or that was waived, holds nothing any more. */
function changed(
  state: TaskState,
  event: Extract<GateEvent, { data: { changed: unknown } }>,
): TaskState {
  const { gateId, status, changed: members } = event.data;
  const lets = LETS.has(members.state ?? '');
  const gates = replaceGate(state.gates, gateId, members);
  const hold = lets ? nextHold({ hold: state.hold, gates }, gateId) : state.hold;
  return withChange(state, { status, gates, hold });
}

const UNDECIDED = {
  approved: undefined,
  respondedAt: undefined,
  approver: undefined,
  approverId: undefined,
  claimedApprover: undefined,
  comment: undefined,
} as const;

/** A vote that was taken back: below the quorum the gate is asked again, and holds what it held. */
function withdrawn(
  state: TaskState,
  event: Extract<GateEvent, { type: 'gate:withdrawn' }>,
): TaskState {
  const { gateId, status, changed: members } = event.data;
  const isOpen = members.state === 'pending';
  const waits = status === 'waiting-approval' && state.hold === undefined;
  const hold: Hold | undefined = waits
    ? { kind: 'asked', gateId, before: state.status }
    : state.hold;
  const gates = replaceGate(state.gates, gateId, isOpen ? { ...UNDECIDED, ...members } : members);
  return withChange(state, { status, gates, hold });
}

function changesRequested(
  state: TaskState,
  event: Extract<GateEvent, { type: 'gate:changes-requested' }>,
): TaskState {
  const { data } = event;
  const from = state.stages.findIndex((stage) => stage.name === data.stage);
  return withChange(state, {
    status: data.status,
    currentStage: data.stage,
    gates: [
      ...replaceGate(state.gates, data.gateId, {
        respondedAt: event.timestamp,
        status: 'rejected',
        state: 'changes-requested',
        reason: 'changes-requested',
        approver: data.requester,
        approverId: data.approverId,
        comment: data.comment,
      }),
      data.next,
    ],
    feedback: [
      ...state.feedback,
      { gate: data.gateName, by: data.requester, comment: data.comment, at: event.timestamp },
    ],
    hold: undefined,
    executing: false,
    uncommitted: state.stages[from]?.status === 'completed' ? undefined : state.uncommitted,
    stages: state.stages.map((stage, index) =>
      from !== -1 && index >= from ? unbegun(stage) : stage,
    ),
  });
}

/** Folds what happens at gates. */
export function evolveGate(state: TaskState, event: GateEvent): TaskState {
  switch (event.type) {
    case 'gate:required':
      return required(state, event);
    case 'gate:approved':
    case 'gate:rejected':
      return decided(state, event);
    case 'gate:vote':
      return withChange(state, {
        gates: replaceGate(state.gates, event.data.gateId, { votes: event.data.votes }),
      });
    case 'gate:changes-requested':
      return changesRequested(state, event);
    case 'gate:withdrawn':
      return withdrawn(state, event);
    case 'gate:edited':
    case 'gate:delegated':
    case 'gate:consumed':
    case 'gate:mismatch':
    case 'gate:escalated':
    case 'gate:waived':
    case 'gate:cancelled':
      return changed(state, event);
    default:
      return event satisfies never;
  }
}
