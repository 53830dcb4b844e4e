import { ok, type Result, refuse } from '../../contract/error.ts';
import type { ResultBody } from '../../contract/work.ts';
import { canonicalJson } from '../action.ts';
import { advance } from '../advance.ts';
import { retryLater } from '../attempts.ts';
import type { FinishWork } from '../command.ts';
import { Course } from '../course.ts';
import { sha256 } from '../digest.ts';
import type { Decision } from '../draft.ts';
import type { GivenWork, TaskState } from '../task.ts';
import { fenceHolder } from './fence.ts';
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

function failed(course: Course, work: GivenWork, result: ResultBody): Course {
  const { error } = result;
  const message = error?.message ?? 'The work failed';
  const stage = course.state.plan.stages.find(({ name }) => name === work.stage);
  const tries = course.state.stages.find(({ name }) => name === work.stage)?.tries ?? 1;
  const mayRetryStage = work.kind !== 'stage' || tries <= (stage?.maxRetries ?? 0);
  course.endLease('error');
  if (error?.retryable !== true || !mayRetryStage) {
    return course.add({ type: 'task:failed', data: { status: 'failed', error: message } });
  }
  // Paused meanwhile: the work is repeated once the task is resumed, and costs no attempt.
  if (course.state.status === 'paused') return course;
  // A tree that is no longer there must be made again; other work is only repeated.
  const again = work.kind === 'stage' || error.code === 'action_mismatch';
  return retryLater(course, { from: again ? work.stage : '', error: message });
}

function paused(course: Course, result: ResultBody): Course {
  const { nowMs, nowIso } = course;
  const asks = result.outcome === 'needs-input';
  const reason = asks ? 'input' : (result.pauseReason ?? 'manual');
  const already = course.state.status === 'paused';
  course.endLease('drain');
  if (already) return course;
  if (asks && result.question !== undefined) {
    course.add({ type: 'log:entry', data: { level: 'warn', message: result.question } });
  }
  // A task that waits at a gate waits already, and the approval queues it.
  if (course.state.hold !== undefined) return course;
  const resumeAfter =
    result.resumeAfterMs === undefined
      ? {}
      : { resumeAfter: new Date(nowMs + result.resumeAfterMs).toISOString() };
  return course.add({
    type: 'task:paused',
    data: { status: 'paused', reason, pausedAt: nowIso, ...resumeAfter },
  });
}

function settle(course: Course, work: GivenWork, result: ResultBody): Course {
  if (result.outcome === 'failed') return failed(course, work, result);
  if (result.outcome !== 'completed') return paused(course, result);
  // Paused meanwhile: what was done counts, and the task goes on from there when it is resumed.
  if (course.state.status === 'paused') return course.endLease('drain');
  const { hold } = course.state;
  return hold === undefined ? advance(course) : course;
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
  const course = new Course(state, now).add({
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
    },
  });
  return ok(settle(course, work, result).decision);
}
