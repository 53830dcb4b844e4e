import { advance, enqueue } from './advance.ts';
import type { Course } from './course.ts';
import { sha256Hex } from './digest.ts';
import { nextStep } from './next-step.ts';
import type { TaskState } from './task.ts';

const BACKOFF_MS_MAX = 300_000;

/** The wait before the k-th automatic attempt: a geometric series with a ceiling. */
export function backoffMs(limits: TaskState['plan']['limits'], k: number): number {
  const wait = limits.retryDelayMs * limits.retryBackoffFactor ** (k - 1);
  return Math.min(Math.round(wait), BACKOFF_MS_MAX);
}

const SPREAD = 0.2;
const DIGITS = 8;

/**
 * A wait within a fifth of `ms`, so that what was lost at once does not come back at once. The chance lies in the digest of
 * the task and its attempt: a decision has no other.
 */
export function spreadMs(ms: number, { id, attempt }: Pick<TaskState, 'id' | 'attempt'>): number {
  const chance = Number.parseInt(sha256Hex(`${id} ${attempt}`).slice(0, DIGITS), 16) / 16 ** DIGITS;
  return Math.round(ms * (1 - SPREAD + 2 * SPREAD * chance));
}

/**
 * Tries the work again by itself, later, as long as the task's `maxRetries` allow; after that the task fails with
 * `error`. Completed stages are kept.
 */
export function retryLater(course: Course, work: { from: string; error: string }): Course {
  const { state, nowMs } = course;
  if (state.automaticRetries >= state.maxRetries) {
    return course.add({ type: 'task:failed', data: { status: 'failed', error: work.error } });
  }
  const wait = spreadMs(backoffMs(state.plan.limits, state.automaticRetries + 1), state);
  course.add({
    type: 'task:retried',
    data: {
      status: 'queued',
      attempt: state.attempt + 1,
      from: work.from,
      automatic: true,
      gates: [],
    },
  });
  // A gate that was opened meanwhile is asked, and subtasks are done, before anything is tried again.
  const step = nextStep(course.state);
  if (step.do === 'gate' || step.do === 'subtasks') return advance(course);
  return enqueue(course, new Date(nowMs + wait).toISOString());
}
