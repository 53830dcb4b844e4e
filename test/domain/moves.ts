// What is asked next, in view of the task as it is.

import { TASK_STATUSES } from '../../src/contract/task.ts';
import type { Command } from '../../src/domain/command.ts';
import type { DecideGate } from '../../src/domain/gate-command.ts';
import { agentOf, anybody, FOREIGNER, LOCAL } from './actors.ts';
import type { Draw, Move } from './draw.ts';
import * as family from './family-moves.ts';
import { goOn } from './go-on.ts';
import * as held from './held-moves.ts';
import { type Moment, stageOf } from './moment.ts';

type Make = (moment: Moment, draw: Draw) => Command;

const draft = (moment: Moment, draw: Draw) => ({
  now: moment.now,
  actor: anybody(moment.state, draw.who),
});

const report: Make = (moment, draw) => {
  const status = TASK_STATUSES[draw.a % TASK_STATUSES.length] ?? 'completed';
  const { text: message } = draw;
  const stage = stageOf(moment.state, draw);
  return { type: 'report-status', ...draft(moment, draw), report: { status, stage, message } };
};

/** An agent that asks for an approval, or somebody who reports where no runner is. */
const askApproval: Make = ({ state, now }, draw) => {
  const actor = state.lease === undefined ? LOCAL : agentOf(state, state.epoch);
  const stage = stageOf(state, draw);
  return { type: 'report-status', now, actor, report: { status: 'waiting-approval', stage } };
};

const decideGate: Make = ({ state, now }, draw) => {
  const standing = state.gates.find(({ id }) => id === state.hold?.gateId);
  const any = state.gates[draw.b % Math.max(1, state.gates.length)];
  const gate = draw.a % 3 === 0 ? any : (standing ?? any);
  const decisions = ['approve', 'approve', 'reject', 'request-changes'] as const;
  const seen = [undefined, gate?.actionHash, 'sha256:other'][draw.a % 3];
  const command: Omit<DecideGate, 'actor'> = {
    type: 'decide-gate',
    now,
    gate: (draw.b % 2 === 0 ? gate?.id : gate?.name) ?? draw.text,
    decision: decisions[draw.who % 4] ?? 'approve',
    comment: draw.text,
    actionHash: seen,
    approver: draw.b % 3 === 0 ? draw.text : undefined,
  };
  return { ...command, actor: draw.a % 2 === 0 ? anybody(state, draw.b) : LOCAL };
};

/** A word of somebody whose lease has ended. */
const stale: Make = ({ state, now, past }, draw) => {
  const told = past.filter((command) => 'epoch' in command && command.epoch < state.epoch);
  const old = told[draw.a % Math.max(1, told.length)];
  if (old !== undefined && draw.b % 2 === 0) return { ...old, now };
  const actor = agentOf(state, Math.max(0, state.epoch - 1 - (draw.a % 3)));
  const asked: readonly Command[] = [
    { type: 'add-log', now, actor, entry: { level: 'info', message: draw.text } },
    { type: 'report-status', now, actor, report: { status: 'failed' } },
    { type: 'cancel', now, actor },
    { type: 'pause', now, actor, reason: 'manual' },
    { type: 'resume', now, actor },
    { type: 'retry', now, actor },
    { type: 'trash', now, actor },
    { type: 'force-release', now, actor, reason: draw.text },
    { type: 'execute-subtasks', now, actor },
  ];
  return asked[draw.b % asked.length] ?? { type: 'cancel', now, actor };
};

const foreign: Make = (moment, draw) => {
  const work: readonly Move[] = ['finish', 'report', 'log', 'cancel', 'retry', 'decide', 'claim'];
  const moves: readonly Move[] = [...work, 'decompose', 'execute', 'trash', 'restore', 'archive'];
  const command = MAKERS[moves[draw.a % moves.length] ?? 'log'](moment, draw);
  return 'actor' in command ? { ...command, actor: FOREIGNER } : command;
};

const MAKERS: Readonly<Record<Move, Make>> = {
  'go-on': goOn,
  finish: ({ state, now }, draw) => held.finish(state, draw, now),
  ingest: ({ state, now }, draw) => held.ingest(state, draw, now),
  progress: ({ state, now }, draw) => held.progress(state, draw, now),
  artifact: ({ state, now }, draw) => held.artifact(state, draw, now),
  release: ({ state, now }, draw) => held.release(state, draw, now),
  'force-release': (moment, draw) => {
    return { type: 'force-release', ...draft(moment, draw), reason: draw.text };
  },
  message: (moment, draw) => {
    const messageId = `msg_${moment.now}_${draw.a}`;
    return { type: 'post-message', ...draft(moment, draw), messageId, text: draw.text };
  },
  claim: ({ state, now }, draw) => held.claim(state, draw, now),
  expire: ({ state, now }, draw) => held.expire(state, draw, now),
  stale,
  again: (moment, draw) => {
    // Who splits a task once more splits it anew.
    const past = moment.past.filter(({ type }) => type !== 'decompose');
    const told = past[draw.a % Math.max(1, past.length)];
    const newest = past.findLast(({ type }) => type === 'finish-work' || type === 'ingest');
    const command = (draw.b % 2 === 0 ? newest : told) ?? report(moment, draw);
    return { ...command, now: moment.now };
  },
  report,
  ask: askApproval,
  log: (moment, draw) => ({
    type: 'add-log',
    ...draft(moment, draw),
    entry: { level: 'info', message: draw.text, stage: stageOf(moment.state, draw) },
  }),
  cancel: (moment, draw) => ({ type: 'cancel', ...draft(moment, draw), reason: draw.text }),
  pause: (moment, draw) => {
    const resumeAfter = new Date(moment.now + draw.a * 10).toISOString();
    const reason = draw.text || 'manual';
    const command = { type: 'pause', ...draft(moment, draw), reason } as const;
    return draw.b % 2 === 0 ? command : { ...command, resumeAfter };
  },
  resume: (moment, draw) => ({ type: 'resume', ...draft(moment, draw) }),
  retry: (moment, draw) => {
    const command = { type: 'retry', ...draft(moment, draw) } as const;
    return draw.b % 3 === 0 ? command : { ...command, from: stageOf(moment.state, draw) };
  },
  decide: decideGate,
  decompose: (moment, draw) => ({
    type: 'decompose',
    ...draft(moment, draw),
    decomposition: family.decomposition(draw, moment.now),
  }),
  execute: (moment, draw) => ({ type: 'execute-subtasks', ...draft(moment, draw) }),
  'note-subtask': ({ state, now }, draw) => family.noteSubtask(state, draw, now),
  'note-dependency': ({ state, now }, draw) => family.noteDependency(state, draw, now),
  trash: (moment, draw) => ({ type: 'trash', ...draft(moment, draw) }),
  restore: (moment, draw) => ({ type: 'restore', ...draft(moment, draw) }),
  archive: (moment, draw) => ({ type: 'archive', ...draft(moment, draw) }),
  unarchive: (moment, draw) => ({ type: 'unarchive', ...draft(moment, draw) }),
  'empty-trash': (moment, draw) => {
    const deletedTaskIds = [moment.state.id, 'task_other'];
    return { type: 'empty-trash', ...draft(moment, draw), deletedCount: 2, deletedTaskIds };
  },
  tick: ({ now }) => ({ type: 'tick', now }),
  foreign,
};

export const nextCommand: Make = (moment, draw) => MAKERS[draw.move](moment, draw);
