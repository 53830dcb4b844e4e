import { ok, type Result, refuse, TASK_NOT_FOUND } from '../contract/error.ts';
import { admit } from '../contract/principal.ts';
import { settleBudget } from './budget/settle-budget.ts';
import type { Command, CreateTask, FamilyCommand, Tick } from './command.ts';
import { Course } from './course.ts';
import { dayRenewsAt, gatesDueAt, graceEndsAt, resumesAt, wallLooksAt } from './deadlines.ts';
import { decideAtWork } from './decide/at-work.ts';
import { decideBudget, renewDay } from './decide/budget.ts';
import { passClocks } from './decide/clocks.ts';
import {
  decideCancel,
  decidePause,
  decideResume,
  decideRetry,
  resumeCourse,
} from './decide/control.ts';
import { decideCreate } from './decide/create.ts';
import { decideDecompose, decideExecute } from './decide/family.ts';
import { decideNoteDependency, decideNoteSubtask, settleFamily } from './decide/family-news.ts';
import { fenceActor } from './decide/fence.ts';
import { decideAtGate, isAtGate, isPersonal } from './decide/gate/decide-at-gate.ts';
import { mayDecide } from './decide/gate/decider.ts';
import { decideGateClock } from './decide/gate/gate-clock.ts';
import { decideLog, decideReport } from './decide/report.ts';
import { decideShelf, fenceShelf } from './decide/shelf.ts';
import type { Decision } from './draft.ts';
import { isWorking, type TaskState } from './task.ts';

const isDue = (at: number | null, nowMs: number): boolean => at !== null && at <= nowMs;

function decideTick(state: TaskState, command: Tick): Result<Decision> {
  const course = new Course(state, command.now);
  if (isDue(graceEndsAt(course.state), command.now)) course.endLease('drain');
  if (isDue(resumesAt(course.state), command.now)) resumeCourse(course);
  if (isDue(dayRenewsAt(course.state), command.now)) renewDay(course);
  if (isDue(gatesDueAt(course.state), command.now)) decideGateClock(course);
  if (isDue(wallLooksAt(course.state), command.now)) settleBudget(course);
  passClocks(course, command.heardAt);
  return ok(course.decision);
}

/** Tenancy before anything else: a foreign task is one that does not exist. An agent has one task. */
function mayKnow(state: TaskState, command: Command): Result<null> {
  if (!('actor' in command)) return ok(null);
  const { actor } = command;
  const admitted = admit(actor, state, TASK_NOT_FOUND);
  if (!admitted.ok) return admitted;
  if (actor.task !== undefined && actor.task.id !== state.id) {
    return refuse('agent_forbidden', 'An agent may only touch its own task.');
  }
  return isPersonal(command) ? ok(null) : fenceActor(state, actor);
}

/** Whatever was decided, nobody waits for subtasks that are all done. */
function withoutVainWaits(state: TaskState, decision: Decision, nowMs: number): Decision {
  if (!state.executing || decision.drafts.length === 0 || decision.source) return decision;
  const course = new Course(state, nowMs);
  for (const draft of decision.drafts) course.add(draft);
  const waits = course.state.executing && isWorking(course.state.status);
  return waits && course.state.lease === undefined ? settleFamily(course).decision : decision;
}

/** Says what shall happen, or why not. Equal input gives equal output; nothing is done here. */
export function decide(state: TaskState | null, command: Command): Result<Decision> {
  const decided = decideAlone(state, command);
  if (!decided.ok || state === null) return decided;
  return ok(withoutVainWaits(state, decided.value, command.now));
}

/** What concerns other tasks too. */
function decideInFamily(state: TaskState, command: FamilyCommand): Result<Decision> {
  switch (command.type) {
    case 'decompose':
      return decideDecompose(state, command);
    case 'execute-subtasks':
      return decideExecute(state, command);
    case 'note-subtask':
      return decideNoteSubtask(state, command);
    case 'note-dependency':
      return decideNoteDependency(state, command);
    default:
      return command satisfies never;
  }
}

function decideAlone(state: TaskState | null, command: Command): Result<Decision> {
  if (command.type === 'create') return decideCreate(state, command);
  if (state === null) return TASK_NOT_FOUND;
  const known = mayKnow(state, command);
  if (!known.ok) return known;
  // Who may never decide a gate is told so, wherever the task lies.
  const may = isPersonal(command) ? mayDecide(command.actor) : ok(null);
  if (!may.ok) return may;
  const shelf = fenceShelf(state, command);
  return shelf.ok ? decideOn(state, command) : shelf;
}

function decideOn(state: TaskState, command: Exclude<Command, CreateTask>): Result<Decision> {
  if (isAtGate(command)) return decideAtGate(state, command);
  switch (command.type) {
    case 'report-status':
      return decideReport(state, command);
    case 'add-log':
      return decideLog(command);
    case 'cancel':
      return decideCancel(state, command);
    case 'pause':
      return decidePause(state, command);
    case 'resume':
      return decideResume(state, command);
    case 'retry':
      return decideRetry(state, command);
    case 'claim':
    case 'force-release':
    case 'post-message':
    case 'release':
    case 'finish-work':
    case 'ingest':
    case 'report-progress':
    case 'add-artifact':
    case 'expire-lease':
      return decideAtWork(state, command);
    case 'note-slice':
    case 'extend-budget':
      return decideBudget(state, command);
    case 'trash':
    case 'restore':
    case 'archive':
    case 'unarchive':
    case 'empty-trash':
      return decideShelf(state, command);
    case 'decompose':
    case 'execute-subtasks':
    case 'note-subtask':
    case 'note-dependency':
      return decideInFamily(state, command);
    case 'tick':
      return decideTick(state, command);
    default:
      return command satisfies never;
  }
}
