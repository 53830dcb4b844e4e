import type { Artifact } from '../contract/artifact.ts';
import type { Dependency, ParentLink } from '../contract/event-subtask.ts';
import type { Gate, GateAction } from '../contract/gate.ts';
import type { Plan } from '../contract/plan.ts';
import type { Strategy } from '../contract/subtask.ts';
import type {
  Autonomy,
  Concurrency,
  Effort,
  Feedback,
  Priority,
  TaskStatus,
} from '../contract/task.ts';
import type { Changes } from '../contract/work.ts';
import type { BudgetState } from './budget/budget-state.ts';
import type { Spent } from './money.ts';

/** Raised when the fold changes its meaning: a snapshot of another version is not used. */
export const STATE_VERSION = 3;

export interface StageState {
  readonly name: string;
  readonly agent: string;
  readonly status: 'pending' | 'running' | 'completed' | 'failed' | 'skipped';
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly summary?: string;
  /** How often it was begun in this task. */
  readonly tries: number;
  /** How often its work has failed since a person last had the task tried again. */
  readonly failures: number;
}

/** A status report, as it came. */
export interface Report {
  readonly status: TaskStatus;
  readonly stage?: string | undefined;
  readonly message?: string | undefined;
}

/** What the task does once the gate it stands before is approved. */
export type Hold =
  | {
      readonly kind: 'report';
      readonly gateId: string;
      readonly before: TaskStatus;
      readonly report: Report;
    }
  | { readonly kind: 'asked'; readonly gateId: string; readonly before: TaskStatus }
  | { readonly kind: 'work'; readonly gateId: string };

export interface LeaseState {
  readonly leaseId: string;
  readonly runnerId: string;
  readonly runnerName: string;
  readonly runnerOwner?: string;
  readonly epoch: number;
  readonly grantedAt: string;
}

export interface GivenWork {
  readonly workId: string;
  readonly kind: 'stage' | 'commit' | 'merge';
  readonly stage: string;
  readonly try: number;
  readonly action?: GateAction | undefined;
  readonly gateId?: string | undefined;
  readonly givenAt?: string;
}

export interface SaidMessage {
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly at: string;
  /** The work whose prompt holds it. */
  readonly workId?: string;
}

/** A subtask as its parent knows it. */
export interface SubtaskState {
  readonly id: string;
  readonly description: string;
  readonly status: TaskStatus;
  /** The siblings that it waits for. */
  readonly dependsOn: readonly string[];
  /** By it and its own subtasks, when it last ended. */
  readonly spent: Spent;
  readonly attempt: number;
  /** Of its own log, when it was last heard of. */
  readonly seq: number;
  /** The parent was tried again, and this one is to be. */
  readonly again?: true;
  /** The parent was cancelled, and this one is to be. */
  readonly stop?: true;
  /** It was cancelled with its parent, and goes on with it. */
  readonly halted?: true;
}

/** All that the log says about a task, folded. It holds counts of log lines, never the lines. */
export interface TaskState {
  readonly id: string;
  readonly projectId: string;
  readonly environment: string;
  readonly description: string;
  readonly acceptanceCriteria?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly workflow: string;
  readonly autonomy: Autonomy;
  readonly priority: Priority;
  readonly effort: Effort;
  readonly branchName: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly plan: Plan;
  readonly requires: readonly string[];
  readonly concurrency?: Concurrency;

  readonly seq: number;
  readonly logs: number;
  readonly updatedAt: string;
  readonly status: TaskStatus;
  readonly currentStage?: string;
  readonly statusMessage?: string;
  readonly error?: string;
  readonly completedAt?: string;
  readonly pausedAt?: string;
  readonly pauseReason?: string;
  readonly resumeAfter?: string;
  /** Since when it waits for a runner, the last time. */
  readonly queuedAt?: string;
  /** The event that told of a runner that does nothing. */
  readonly stalledSeq?: number;
  /** A queued task is not offered before this instant. */
  readonly notBefore?: string;

  readonly attempt: number;
  readonly maxRetries: number;
  readonly automaticRetries: number;
  readonly resumeAttempts: number;
  readonly stages: readonly StageState[];
  /** Every instance, oldest first; the newest of a name is the one that counts. */
  readonly gates: readonly Gate[];
  readonly hold?: Hold;
  readonly feedback: readonly Feedback[];

  /** What people have said and no stage that is done had in its prompt. */
  readonly messages?: readonly SaidMessage[];

  /** The fence: +1 at every claim, end of a lease, retry and end of the task. It only grows. */
  readonly epoch: number;
  readonly lease?: LeaseState;
  readonly lastLease?: {
    readonly leaseId: string;
    readonly runnerId: string;
    readonly reason: string;
  };
  /** A person has taken it from a runner, at least once. */
  readonly forced?: true;
  readonly work?: GivenWork;
  readonly finished?: {
    readonly workId: string;
    readonly digest: string;
    /** Works that were finished before it under the same lease. */
    readonly before?: readonly string[];
  };
  /** The highest number taken from each producer of the present epoch. */
  readonly producers: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** What writing stages have changed and no commit holds yet. */
  readonly uncommitted?: Changes;
  /** What a stage that was paused or asks a person has left behind. */
  readonly interrupted?: Changes;
  /** The newest commit on the task's branch: whoever takes the task on must have it. */
  readonly lastCommit?: string;
  readonly committed: boolean;
  readonly merged: boolean;
  readonly checkpoint?: unknown;
  readonly spent: Spent;
  /** Every version, oldest first; absent: none. */
  readonly artifacts?: readonly Artifact[];
  /** Absent: nothing of it has been counted yet. */
  readonly budget?: BudgetState;

  readonly parent?: ParentLink;
  readonly dependencies: readonly Dependency[];
  /** Restored from the trash, or a subtask not yet executed: it is queued once somebody starts it. */
  readonly parked: boolean;
  readonly subtasks: readonly SubtaskState[];
  readonly strategy?: Strategy;
  /** The subtasks are at work, and the task waits for them. */
  readonly executing: boolean;
  /** It was split while it waited, and nobody has begun its subtasks yet. */
  readonly unbegun: boolean;
  readonly trashedAt?: string;
  /** What a restored task is. */
  readonly restoresTo?: TaskStatus;
  readonly archivedAt?: string;
  /** 256 random bits from which the nonces of its gates are made. They stand beside the log too. */
  readonly gateSecret?: string;
  /** What the project's own agents are told, by name. It stands beside the log, which everybody reads. */
  readonly prompts?: Readonly<Record<string, string>>;
}

const FINAL: ReadonlySet<TaskStatus> = new Set(['completed', 'failed', 'cancelled']);

/** True once nothing but a retry can change the task. */
export const isEnded = (status: TaskStatus): boolean => FINAL.has(status);
export const isWorking = (status: TaskStatus): boolean =>
  status === 'planning' || status === 'in-progress';
export const isWaiting = (status: TaskStatus): boolean =>
  status === 'pending' || status === 'queued';

/** The stage that the task is at: a name of the plan, whatever label its last report wore. */
export function stageOf(state: TaskState): string | undefined {
  const { plan, work, currentStage, stages } = state;
  if (work !== undefined) return work.stage;
  const isPlanned = plan.stages.some(({ name }) => name === currentStage);
  if (isPlanned) return currentStage;
  return (stages.findLast(({ tries }) => tries > 0) ?? stages[0])?.name;
}

/** `planning` is shown while the stage's agent is the planner, else `in-progress`. */
export function workingStatus(plan: Plan, stage: string | undefined): 'planning' | 'in-progress' {
  const agent = plan.stages.find((candidate) => candidate.name === stage)?.agent;
  return agent === 'planner' ? 'planning' : 'in-progress';
}

/** The dependencies that are not completed yet: a cancelled one does not unblock, for its work is missing. */
export const blockedBy = ({ dependencies }: Pick<TaskState, 'dependencies'>): string[] =>
  dependencies.filter(({ status }) => status !== 'completed').map(({ id }) => id);

/** The branch that takes the task's commits: a subtask has its own beside the branch it shares. */
export function workBranch({
  parent,
  branchName,
}: Pick<TaskState, 'parent' | 'branchName'>): string {
  return parent === undefined ? branchName : `${parent.branch}--${parent.index}`;
}
