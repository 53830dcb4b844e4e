import { ok, type Result, refuse } from '../../contract/error.ts';
import type { ResultBody } from '../../contract/work.ts';
import { advance } from '../advance.ts';
import { retryLater } from '../attempts.ts';
import { settleBudget } from '../budget/settle-budget.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { FinishWork } from '../command.ts';
import { Course } from '../course.ts';
import { sha256 } from '../digest.ts';
import type { Decision } from '../draft.ts';
import { outputsFit } from '../outputs.ts';
import { type PauseTerms, pauseForText, pauseTerms } from '../pause-terms.ts';
import type { GivenWork, TaskState } from '../task.ts';
import { decompose, mayDecompose } from './family.ts';
import { fenceHolder } from './fence.ts';
import { cancelRequests } from './gate/cancel-requests.ts';
import { failForMismatch, mismatchOf, useApproval } from './gate/effective.ts';
import { takenOf } from './ingest.ts';

/** The digest by which a repeated result is known. */
export function resultDigest(result: ResultBody): string {
  return sha256(canonicalJson(result));
}

/** A result that came before, word for word, is answered as before, even when its lease has ended since. */
function isRepeated(state: TaskState, command: FinishWork): boolean {
  const runnerId = state.lease?.runnerId ?? state.lastLease?.runnerId;
  return (
    state.finished?.workId === command.workId &&
    runnerId === command.actor.id &&
    state.finished.digest === resultDigest(command.result)
  );
}

/** Logs before results: all events that the result counts on have been taken. */
function allEventsIn(state: TaskState, result: ResultBody): Result<null> {
  for (const [producer, count] of Object.entries(result.producers)) {
    const taken = takenOf(state, producer);
    if (taken < count) {
      const expected = taken + 1;
      const message = `Events of ${producer} from ${expected} have not arrived.`;
      return refuse('events_outstanding', message, { producer, expected });
    }
  }
  return ok(null);
}

/**
 * Where to begin again: commits that are gone make every stage run again, a tree that is gone the stage that made it;
 * else a stage is repeated, and a commit or a merge is repeated without its stage.
 */
function beginAgainAt(state: TaskState, work: GivenWork, code: string): string {
  if (code === 'tree_missing') return state.plan.stages[0]?.name ?? '';
  return work.kind === 'stage' || code === 'action_mismatch' ? work.stage : '';
}

/** A limit that the agent has met. A check that failed names the project's own words, and they mean no limit. */
const limitSaid = ({ error }: ResultBody): PauseTerms | null =>
  error === undefined || error.code === 'check_failed' ? null : pauseForText(error.message);

function failed(course: Course, work: GivenWork, result: ResultBody): Course {
  const { error } = result;
  const message = error?.message ?? 'The work failed';
  const stage = course.state.plan.stages.find(({ name }) => name === work.stage);
  const failures = course.state.stages.find(({ name }) => name === work.stage)?.failures ?? 1;
  const mayRetryStage = work.kind !== 'stage' || failures <= (stage?.maxRetries ?? 0);
  const pause = limitSaid(result);
  if (pause !== null) return pausedFor(course, pause);
  const { lease } = course.state;
  course.endLease('error');
  if (error?.retryable !== true || !mayRetryStage) {
    return course.add({ type: 'task:failed', data: { status: 'failed', error: message } });
  }
  // Paused meanwhile: the work is repeated once the task is resumed, and costs no attempt.
  if (course.state.status === 'paused') return course;
  const from = beginAgainAt(course.state, work, error.code);
  if (from !== '' && lease !== undefined) {
    cancelRequests(course, from, { name: lease.runnerName, id: lease.runnerId });
  }
  return retryLater(course, { from, error: message });
}

/** Stops the task by itself. A person's pause, which came first, stays what it is. */
function pausedFor(course: Course, pause: PauseTerms): Course {
  const { nowMs, nowIso } = course;
  const already = course.state.status === 'paused';
  course.endLease('drain');
  if (already) return course;
  const resumeAfter =
    pause.resumeAfterMs === undefined
      ? {}
      : { resumeAfter: new Date(nowMs + pause.resumeAfterMs).toISOString() };
  return course.add({
    type: 'task:paused',
    data: { status: 'paused', reason: pause.reason, pausedAt: nowIso, ...resumeAfter },
  });
}

function paused(course: Course, result: ResultBody): Course {
  if (result.outcome === 'needs-input') {
    const { question } = result;
    if (question !== undefined) {
      course.add({ type: 'log:entry', data: { level: 'warn', message: question } });
    }
    return pausedFor(course, { reason: 'input' });
  }
  return pausedFor(course, pauseTerms(result, course.state.resumeAttempts));
}

/** A person is being asked: whatever became of the work, the task waits for the answer, and goes on from there. */
function settleAtHold(course: Course, result: ResultBody): Course {
  if (result.outcome === 'completed') return course;
  if (result.question !== undefined) {
    course.add({ type: 'log:entry', data: { level: 'warn', message: result.question } });
  }
  return course.endLease(result.outcome === 'failed' ? 'error' : 'drain');
}

function settle(course: Course, work: GivenWork, result: ResultBody): Course {
  const limit = limitSaid(result);
  const fails = result.outcome === 'failed' && result.error?.retryable !== true && limit === null;
  if (course.state.hold !== undefined && !fails) return settleAtHold(course, result);
  if (result.outcome === 'failed') return failed(course, work, result);
  if (result.outcome !== 'completed') return paused(course, result);
  // Paused meanwhile: what was done counts, and the task goes on from there when it is resumed.
  if (course.state.status === 'paused') return course.endLease('drain');
  return advance(course);
}

/** Takes the result of the work that was handed out, and decides what comes next. */
export function decideResult(state: TaskState, command: FinishWork): Result<Decision> {
  if (isRepeated(state, command)) return ok({ drafts: [] });
  const fenced = fenceHolder(state, command);
  if (!fenced.ok) return fenced;
  const { work } = state;
  if (work?.workId !== command.workId) {
    const { workId = '', before = [] } = state.finished ?? {};
    return [workId, ...before].includes(command.workId)
      ? refuse('work_finished', 'This work has a result already.')
      : refuse('not_found', 'Work not found');
  }
  const { result, now } = command;
  const complete = allEventsIn(state, result);
  if (!complete.ok) return complete;
  const fit = outputsFit(state.outputs, result.outputs);
  if (!fit.ok) return fit;
  const { decomposition } = command;
  if (decomposition !== undefined) {
    const may = mayDecompose(state, decomposition);
    if (!may.ok) return may;
  }
  const course = useApproval(new Course(state, now), work, result).add({
    type: 'work:finished',
    data: {
      workId: work.workId,
      kind: work.kind,
      stage: work.stage,
      outcome: result.outcome,
      digest: resultDigest(result),
      outputs: result.outputs,
      ...(result.summary === undefined ? {} : { summary: result.summary }),
      ...(result.changes === undefined ? {} : { changes: result.changes }),
      ...(result.error === undefined ? {} : { error: result.error.message }),
      ...(result.effectiveHash === undefined ? {} : { effectiveHash: result.effectiveHash }),
    },
  });
  const mismatch = mismatchOf(course.state, work, result);
  if (mismatch !== null) return ok(failForMismatch(course, mismatch).decision);
  if (decomposition !== undefined) decompose(course, decomposition);
  return ok(settle(settleBudget(course), work, result).decision);
}
