import type { BudgetScope } from '../contract/event-budget.ts';
import type { Dependency } from '../contract/event-subtask.ts';
import {
  type Concurrency,
  EFFORTS,
  type Effort,
  PRIORITIES,
  type Priority,
  type TaskStatus,
} from '../contract/task.ts';
import { LAST_RUNNER_MS } from '../contract/timing.ts';
import { openBudgetGate } from './budget/breach.ts';
import { budgetOf, limitOf } from './budget/limits.ts';
import type { TaskState } from './task.ts';
import { spentWithSubtasks, waitingFor } from './view.ts';

/** What a project's queue knows of a task: its state as of `seq`. */
export interface QueueEntry {
  readonly taskId: string;
  readonly projectId: string;
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
  /** The labels that a runner must have. */
  readonly requires: readonly string[];
  readonly concurrency: Concurrency | null;
  /** It would be queued but for tasks that it waits for. */
  readonly blocked: boolean;
  readonly dependencies: readonly Dependency[];
  readonly trashed: boolean;
  readonly parentId: string | null;
  /** The agents of the stages that are still to be done. */
  readonly agents: readonly string[];
  /** Absent: it says nothing of its money. */
  readonly money?: TaskMoney;
}

/** What a task tells of its money, in micro-dollars. */
export interface TaskMoney {
  readonly spent: number;
  /** By it, and by its subtasks as far as they have told it. */
  readonly withSubtasks: number;
  readonly limit: number;
  /** Of the lease that lives, or of the last one that has ended. */
  readonly leaseId: string | null;
  /** The limit of this day, where it was raised for this task. */
  readonly dayLimit: { readonly day: string; readonly limit: number } | null;
  readonly gateId: string | null;
}

const micros = (dollars: number): number => Math.round(dollars * 1_000_000);

function moneyOf(state: TaskState): TaskMoney {
  const { extended, extendedDay } = budgetOf(state);
  const { dailyBudget } = extended;
  return {
    spent: state.spent.costMicros,
    withSubtasks: spentWithSubtasks(state).costMicros,
    limit: micros(limitOf(state, 'maxCostPerTask') ?? 0),
    leaseId: state.lease?.leaseId ?? state.lastLease?.leaseId ?? null,
    dayLimit:
      dailyBudget === undefined || extendedDay === undefined
        ? null
        : { day: extendedDay, limit: micros(dailyBudget) },
    gateId: openBudgetGate(state)?.id ?? null,
  };
}

const agentsToCome = ({ stages }: TaskState): string[] => [
  ...new Set(stages.filter(({ status }) => status !== 'completed').map(({ agent }) => agent)),
];

const UNPREFERRED: ReadonlySet<string> = new Set(['expired', 'forced', 'stalled']);

/** The entry of a task as its log says it. */
export function queueEntry(state: TaskState): QueueEntry {
  return {
    taskId: state.id,
    projectId: state.projectId,
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
    // A runner that was lost gets no preference, for it may never come back; nor one that the task was taken from.
    lastRunnerId: UNPREFERRED.has(state.lastLease?.reason ?? '')
      ? null
      : (state.lastLease?.runnerId ?? null),
    requires: state.requires,
    concurrency: state.concurrency ?? null,
    blocked: waitingFor(state) === 'dependency' && !state.parked,
    dependencies: state.dependencies,
    trashed: state.trashedAt !== undefined,
    parentId: state.parent?.id ?? null,
    agents: agentsToCome(state),
    money: moneyOf(state),
  };
}

/** Urgent is 3. Sorted descending. */
export const priorityRank = (priority: Priority): number => PRIORITIES.indexOf(priority);
/** Extra small is 0. Sorted ascending. */
export const effortRank = (effort: Effort): number => EFFORTS.indexOf(effort);

type Place = Pick<QueueEntry, 'taskId' | 'priority' | 'effort' | 'createdAt'>;

/** Priority, then effort, then age, then id: nobody is aged, nobody overtakes. */
export function compareEntries(a: Place, b: Place): number {
  return (
    priorityRank(b.priority) - priorityRank(a.priority) ||
    effortRank(a.effort) - effortRank(b.effort) ||
    a.createdAt - b.createdAt ||
    (a.taskId < b.taskId ? -1 : 1)
  );
}

export interface Claimant {
  readonly runnerId: string;
  readonly labels: readonly string[];
  /** Empty: every environment. */
  readonly environments: readonly string[];
}

export type Obstacle = 'concurrency' | 'budget' | 'backoff' | 'labels';

export interface QueueFacts {
  readonly now: number;
  readonly running: number;
  readonly limit: number;
  readonly isOnline: (runnerId: string) => boolean;
  /** False for an agent that the project has disabled since. */
  readonly isEnabled: (agent: string) => boolean;
  /** How many leases carry this concurrency key. */
  readonly runningOf: (key: string) => number;
  /** Why no money can be reserved for a task; absent or null: some can. */
  readonly brokeAt?: (entry: Pick<Queued, 'taskId' | 'purse'>) => BudgetScope | null;
}

/** What the queue keeps of an entry and decides by. */
export interface Queued
  extends Omit<QueueEntry, 'dependencies' | 'projectId' | 'parentId' | 'money'> {
  /** Absent: it never said anything of its money. */
  readonly purse?: Purse;
}

/** What a project knows of a task's money, in micro-dollars. */
export interface Purse
  extends Pick<TaskMoney, 'spent' | 'withSubtasks' | 'limit' | 'dayLimit' | 'gateId'> {
  readonly parentId: string | null;
}

/** Whether a runner of these labels and environments can do the task at all. */
export const fits = (
  entry: Pick<Queued, 'requires' | 'environment'>,
  { labels, environments }: Pick<Claimant, 'labels' | 'environments'>,
): boolean =>
  entry.requires.every((label) => labels.includes(label)) &&
  (environments.length === 0 || environments.includes(entry.environment));

/** What says why a task of the queue waits. */
export type Waiting = Pick<
  Queued,
  | 'taskId'
  | 'blocked'
  | 'requires'
  | 'environment'
  | 'agents'
  | 'notBefore'
  | 'concurrency'
  | 'purse'
>;

/** The last runner was lost of late: nobody may have the task yet. */
const backsOff = ({ notBefore }: Pick<Queued, 'notBefore'>, now: number): boolean =>
  notBefore !== null && notBefore > now;

const isFull = ({ concurrency }: Pick<Queued, 'concurrency'>, facts: QueueFacts): boolean =>
  facts.running >= facts.limit ||
  (concurrency !== null && facts.runningOf(concurrency.key) >= concurrency.max);

/** Whether a limit alone keeps the task from a runner that could do it. */
export const isLimited = (entry: Waiting, facts: QueueFacts): boolean =>
  !backsOff(entry, facts.now) && isFull(entry, facts);

/**
 * Why this runner may not have this task now, or null. A task that was released goes to its last runner alone for a
 * while, for the work tree is there.
 */
export function obstacle(entry: Queued, claimant: Claimant, facts: QueueFacts): Obstacle | null {
  if (backsOff(entry, facts.now)) return 'backoff';
  if (isFull(entry, facts)) return 'concurrency';
  if (!entry.agents.every((agent) => facts.isEnabled(agent))) return 'labels';
  if (!fits(entry, claimant)) return 'labels';
  const { runnerId } = claimant;
  const reserved =
    entry.lastRunnerId !== null &&
    entry.lastRunnerId !== runnerId &&
    facts.now - entry.queuedAt < LAST_RUNNER_MS &&
    facts.isOnline(entry.lastRunnerId);
  if (reserved) return 'labels';
  // Last of all, for it costs a look at what is spent: the first that could be had is asked, and few others.
  return (facts.brokeAt?.(entry) ?? null) === null ? null : 'budget';
}

/** The first task of the queue that this runner may have. */
export function pick(
  queued: readonly Queued[],
  claimant: Claimant,
  facts: QueueFacts,
): Queued | undefined {
  return queued.toSorted(compareEntries).find((entry) => obstacle(entry, claimant, facts) === null);
}
