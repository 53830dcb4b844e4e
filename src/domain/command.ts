import type { Artifact } from '../contract/artifact.ts';
import type { Dependency, ParentLink, SubtaskCreated } from '../contract/event-subtask.ts';
import type { Plan } from '../contract/plan.ts';
import type { Actor } from '../contract/principal.ts';
import type { PlainType, ProducedUsage } from '../contract/produced.ts';
import type { Strategy } from '../contract/subtask.ts';
import type {
  Autonomy,
  Concurrency,
  Effort,
  LogLevel,
  Priority,
  TaskRow,
} from '../contract/task.ts';
import type { ResultBody } from '../contract/work.ts';
import type { BudgetCommand, ReservedSlice } from './budget/budget-command.ts';
import type { ConsumeGate, GateCommand } from './gate-command.ts';
import type { Spent } from './money.ts';
import type { ShelfCommand } from './shelf-command.ts';
import type { SteeringCommand } from './steering-command.ts';
import type { Report } from './task.ts';

/** Something asked of a task. It carries all that its rule needs; `now` is in milliseconds. */
export interface Asked {
  readonly now: number;
  readonly actor: Actor;
}

export interface CreateTask extends Asked {
  readonly type: 'create';
  readonly taskId: string;
  readonly projectId: string;
  readonly environment: string;
  readonly description: string;
  readonly acceptanceCriteria?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly workflow: string;
  readonly autonomy: Autonomy;
  readonly priority: Priority;
  readonly effort: Effort;
  readonly maxRetries: number;
  readonly plan: Plan;
  /** What the project's own agents are told, by name. */
  readonly prompts?: Readonly<Record<string, string>> | undefined;
  readonly requires?: readonly string[] | undefined;
  readonly concurrency?: Concurrency | undefined;
  /** The tasks it waits for, as they stand now. */
  readonly dependencies?: readonly Dependency[] | undefined;
  /** A subtask shares the branch of its parent. */
  readonly parent?: (ParentLink & { readonly branchName: string }) | undefined;
}

/** A subtask in the making: its id, and all that it is made of. */
export type NewSubtask = SubtaskCreated['definition'] & {
  readonly id: string;
  readonly description: string;
};

export interface Decomposition {
  readonly strategy: Strategy;
  readonly subtasks: readonly NewSubtask[];
  /** What agents of other workflows than the parent's are told. */
  readonly prompts?: Readonly<Record<string, string>> | undefined;
}

export interface Decompose extends Asked {
  readonly type: 'decompose';
  readonly decomposition: Decomposition;
}

export interface ExecuteSubtasks extends Asked {
  readonly type: 'execute-subtasks';
}

/** A subtask tells its parent how it stands. */
export interface NoteSubtask {
  readonly type: 'note-subtask';
  readonly now: number;
  readonly subtask: TaskRow;
  readonly spent: Spent;
  readonly attempt: number;
  /** Of the subtask's log, as of what is told: news that were overtaken change nothing. */
  readonly seq?: number;
  /** It would not do what its parent asked of it. */
  readonly refused?: true;
}

/** The project tells a task how one that it waits for stands. */
export interface NoteDependency {
  readonly type: 'note-dependency';
  readonly now: number;
  readonly dependency: Dependency;
}

export interface ReportStatus extends Asked {
  readonly type: 'report-status';
  readonly report: Report;
}

export interface AddLog extends Asked {
  readonly type: 'add-log';
  readonly entry: {
    readonly level: LogLevel;
    readonly message: string;
    readonly agent?: string | undefined;
    readonly stage?: string | undefined;
    readonly metadata?: Record<string, unknown> | undefined;
  };
}

export interface Cancel extends Asked {
  readonly type: 'cancel';
  readonly reason?: string | undefined;
}

export interface Pause extends Asked {
  readonly type: 'pause';
  readonly reason: string;
  readonly resumeAfter?: string | undefined;
}

export interface Resume extends Asked {
  readonly type: 'resume';
  /** A parent begins what waits to be begun; what a person has paused stays so. */
  readonly ifPending?: true;
}

export interface Retry extends Asked {
  readonly type: 'retry';
  /** A parent has this attempt done again, and none that came after it. */
  readonly ifAttempt?: number;
  readonly from?: string | undefined;
}

export interface Claim extends Asked {
  readonly type: 'claim';
  readonly leaseId: string;
  readonly runnerId: string;
  readonly runnerName: string;
  /** What was reserved for it. */
  readonly slice?: ReservedSlice | undefined;
}

/** A write under a lease: what it names must be the lease that lives. */
interface Held extends Asked {
  readonly leaseId: string;
  readonly epoch: number;
}

export interface Release extends Held {
  readonly type: 'release';
  readonly reason: string;
}

export interface FinishWork extends Held {
  readonly type: 'finish-work';
  readonly workId: string;
  readonly result: ResultBody;
  /** The result's `decompose`, with ids and plans. */
  readonly decomposition?: Decomposition | undefined;
}

/** An event of a producer, its data checked. */
export type Produced =
  | { readonly n: number; readonly type: PlainType; readonly data: Record<string, unknown> }
  | { readonly n: number; readonly type: 'usage:report'; readonly data: ProducedUsage };

export interface Ingest extends Held {
  readonly type: 'ingest';
  readonly producer: string;
  readonly events: readonly Produced[];
}

export interface ReportProgress extends Held {
  readonly type: 'report-progress';
  readonly progress: {
    percent?: number | undefined;
    message?: string | undefined;
    turns?: number | undefined;
  };
}

/** Something that the work leaves behind. An agent's credential says the lease, and `leaseId` is empty. */
export interface AddArtifact extends Held {
  readonly type: 'add-artifact';
  readonly artifact: Omit<Artifact, 'version' | 'createdAt'>;
  /** Bytes of others that are being sent and belong to none yet. */
  readonly underWay: number;
}

/** The lease has run out. `confirmed`: its runner had shown itself at least once. */
export interface ExpireLease {
  readonly type: 'expire-lease';
  readonly now: number;
  readonly leaseId: string;
  readonly confirmed: boolean;
}

/** The clock: what has fallen due happens. */
export interface Tick {
  readonly type: 'tick';
  readonly now: number;
  /** When the newest event of the log happened. */
  readonly heardAt?: number;
}

export type HeldCommand =
  | Release
  | FinishWork
  | Ingest
  | ReportProgress
  | AddArtifact
  | ConsumeGate;
export type FamilyCommand = Decompose | ExecuteSubtasks | NoteSubtask | NoteDependency;
export type Command =
  | CreateTask
  | ShelfCommand
  | FamilyCommand
  | ReportStatus
  | AddLog
  | Cancel
  | Pause
  | Resume
  | Retry
  | GateCommand
  | Claim
  | SteeringCommand
  | BudgetCommand
  | HeldCommand
  | ExpireLease
  | Tick;
