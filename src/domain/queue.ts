import {
  EFFORTS,
  type Effort,
  PRIORITIES,
  type Priority,
  type TaskStatus,
} from '../contract/task.ts';
import { LAST_RUNNER_MS } from '../contract/timing.ts';
import { isEnded, type TaskState } from './task.ts';

/** What a project's queue knows of a task: its state as of `seq`. */
export interface QueueEntry {
  readonly taskId: string;
  readonly seq: number;
  readonly status: TaskStatus;
  readonly priority: Priority;
  readonly effort: Effort;
  readonly environment: string;
  readonly createdAt: number;
  readonly queuedAt: number;
  readonly notBefore: number | null;
  readonly leased: boolean;
  readonly runnerId: string | null;
  readonly lastRunnerId: string | null;
}

/** The entry of a task as its log says it. */
export function queueEntry(state: TaskState): QueueEntry {
  return {
    taskId: state.id,
    seq: state.seq,
    status: state.status,
    priority: state.priority,
    effort: state.effort,
    environment: state.environment,
    createdAt: Date.parse(state.createdAt),
    queuedAt: Date.parse(state.updatedAt),
    notBefore: state.notBefore === undefined ? null : Date.parse(state.notBefore),
    leased: state.lease !== undefined,
    runnerId: state.lease?.runnerId ?? null,
    // A runner that was lost gets no preference: it may never come back.
    lastRunnerId:
      state.lastLease?.reason === 'expired' ? null : (state.lastLease?.runnerId ?? null),
  };
}

/** Urgent is 3. Sorted descending. */
export const priorityRank = (priority: Priority): number => PRIORITIES.indexOf(priority);
/** Extra small is 0. Sorted ascending. */
export const effortRank = (effort: Effort): number => EFFORTS.indexOf(effort);

/** Priority, then effort, then age, then id: nobody is aged, nobody overtakes. */
export function compareEntries(a: QueueEntry, b: QueueEntry): number {
  return (
    priorityRank(b.priority) - priorityRank(a.priority) ||
    effortRank(a.effort) - effortRank(b.effort) ||
    a.createdAt - b.createdAt ||
    (a.taskId < b.taskId ? -1 : 1)
  );
}

export interface Claimant {
  readonly runnerId: string;
  /** Empty: every environment. */
  readonly environments: readonly string[];
}

export type Obstacle = 'concurrency' | 'backoff' | 'labels';

interface QueueFacts {
  readonly now: number;
  readonly running: number;
  readonly limit: number;
  readonly isOnline: (runnerId: string) => boolean;
}

/**
 * Why this runner may not have this task now, or null. A task that was released goes to its last runner alone for a
 * while, for the work tree is there.
 */
export function obstacle(
  entry: QueueEntry,
  claimant: Claimant,
  facts: QueueFacts,
): Obstacle | null {
  if (entry.notBefore !== null && entry.notBefore > facts.now) return 'backoff';
  if (facts.running >= facts.limit) return 'concurrency';
  const { environments, runnerId } = claimant;
  if (environments.length > 0 && !environments.includes(entry.environment)) return 'labels';
  const reserved =
    entry.lastRunnerId !== null &&
    entry.lastRunnerId !== runnerId &&
    facts.now - entry.queuedAt < LAST_RUNNER_MS &&
    facts.isOnline(entry.lastRunnerId);
  return reserved ? 'labels' : null;
}

/** The first task of the queue that this runner may have. */
export function pick(
  queued: readonly QueueEntry[],
  claimant: Claimant,
  facts: QueueFacts,
): QueueEntry | undefined {
  return queued.toSorted(compareEntries).find((entry) => obstacle(entry, claimant, facts) === null);
}

/** True for a task that the queue need not think of any more. */
export const isOver = (entry: QueueEntry): boolean => isEnded(entry.status);
