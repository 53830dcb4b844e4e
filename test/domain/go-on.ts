// What brings a task nearer to its end, whatever it waits for.

import type { Command } from '../../src/domain/command.ts';
import { gatesDueAt } from '../../src/domain/deadlines.ts';
import { openSubtasks } from '../../src/domain/family.ts';
import { blockedBy, type TaskState } from '../../src/domain/task.ts';
import { ADA, BOB, LOCAL, runnerNamed } from './actors.ts';
import type { Draw } from './draw.ts';
import * as family from './family-moves.ts';
import * as held from './held-moves.ts';
import { type Moment, stageOf } from './moment.ts';
import { goodResult } from './results.ts';

const PEOPLE = [ADA, BOB, LOCAL];

type Wait = (moment: Moment, draw: Draw) => Command | undefined;

/** A planner splits the task now and then. */
function finishWell({ state, now }: Moment, draw: Draw): Command | undefined {
  const { lease, work } = state;
  if (lease === undefined || work === undefined) return undefined;
  const { leaseId, epoch } = lease;
  const result = goodResult(state, lease, draw.a % 3 !== 0);
  const actor = runnerNamed(lease.runnerId);
  const done = { now, actor, leaseId, epoch, workId: work.workId, result };
  const splits = work.kind === 'stage' && draw.b % 8 === 0 && state.subtasks.length < 4;
  if (!splits) return { type: 'finish-work', ...done };
  return { type: 'finish-work', ...done, decomposition: family.decomposition(draw, now) };
}

const shelf: Wait = ({ state, now }, draw) => {
  if (state.trashedAt !== undefined && draw.b % 5 === 0) {
    const gone = { deletedCount: 1, deletedTaskIds: [state.id] };
    return { type: 'empty-trash', now, actor: LOCAL, ...gone };
  }
  if (state.trashedAt !== undefined) return { type: 'restore', now, actor: LOCAL };
  if (state.archivedAt === undefined) return undefined;
  return { type: draw.a % 2 === 0 ? 'unarchive' : 'trash', now, actor: LOCAL };
};

/** Somebody votes before the gate is reached, now and then. */
const earlyVote: Wait = ({ state, now }, draw) => {
  const ahead = state.gates.find(({ status, quorum = 1 }) => status === 'pending' && quorum > 1);
  if (ahead === undefined || draw.b % 7 !== 0) return undefined;
  const actor = draw.a % 2 === 0 ? ADA : BOB;
  return { type: 'decide-gate', now, actor, gate: ahead.id, decision: 'approve' };
};

const gate: Wait = ({ state, now }, draw) => {
  const { hold, lease } = state;
  if (hold === undefined) return undefined;
  if (draw.b % 5 === 0 && lease !== undefined) return held.release(state, draw, now);
  const standing = state.gates.find(({ id }) => id === hold.gateId);
  const endsAt = gatesDueAt(state);
  const isShort = standing?.timeoutMinutes !== undefined || standing?.notBefore !== undefined;
  if (draw.b % 4 === 0 && isShort && endsAt !== null) {
    return { type: 'tick', now: Math.max(now, endsAt) };
  }
  const { votes = [], approvers = [] } = standing ?? {};
  const missing = PEOPLE.filter(({ id, name }) => {
    const isAsked = [id, name].some((who) => approvers.includes(who)) || approvers.length === 0;
    return isAsked && votes.every(({ approverId }) => approverId !== id);
  });
  const actor = missing[draw.a % Math.max(1, missing.length)] ?? ADA;
  const decision = draw.a % 10 === 0 ? 'request-changes' : 'approve';
  return { type: 'decide-gate', now, actor, gate: hold.gateId, decision, comment: draw.text };
};

const others: Wait = ({ state, now }, draw) => {
  const { status, executing } = state;
  if (executing && status === 'in-progress') return family.endSubtask(state, draw, now);
  if (status !== 'pending') return undefined;
  if (blockedBy(state).length > 0) return family.completeDependency(state, draw, now);
  if (openSubtasks(state).length > 0) return { type: 'execute-subtasks', now, actor: LOCAL };
  return { type: 'resume', now, actor: LOCAL };
};

/** A task that has stopped: it is resumed or tried again; one that is done goes out of sight now and then. */
function takeUp(state: TaskState, draw: Draw, now: number): Command | undefined {
  const by = { now, actor: LOCAL };
  if (state.status === 'paused') return { type: 'resume', ...by };
  const ended = state.status === 'failed' || state.status === 'cancelled';
  if (ended && openSubtasks(state).length > 0 && draw.a % 2 === 0) return { type: 'resume', ...by };
  if (ended) return { type: 'retry', ...by };
  if (state.status !== 'completed' || draw.a % 4 > 1) return undefined;
  return { type: draw.a % 4 === 0 ? 'archive' : 'trash', ...by };
}

export function goOn(moment: Moment, draw: Draw): Command {
  const { state, now } = moment;
  const atWork = state.lease !== undefined && state.work !== undefined;
  const onShelf = shelf(moment, draw);
  if (onShelf !== undefined) return onShelf;
  if (atWork && state.status !== 'waiting-approval') {
    return earlyVote(moment, draw) ?? finishWell(moment, draw) ?? held.claim(state, draw, now);
  }
  const waits = gate(moment, draw) ?? others(moment, draw) ?? takeUp(state, draw, now);
  if (waits !== undefined) return waits;
  if (state.status !== 'queued' && state.lease === undefined) {
    const stage = stageOf(state, draw);
    const status = draw.a % 2 === 0 ? 'completed' : 'in-progress';
    return { type: 'report-status', now, actor: LOCAL, report: { status, stage } };
  }
  return held.claim(state, draw, now);
}
