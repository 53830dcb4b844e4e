import type { Grant } from '../../contract/runner.ts';
import { HEARTBEAT_MS } from '../../contract/timing.ts';
import { budgetView } from '../../domain/budget/budget-view.ts';
import { usageView } from '../../domain/money.ts';
import { resumePatch } from '../../domain/resume-patch.ts';
import { type TaskState, workBranch } from '../../domain/task.ts';
import { baseRef } from '../../domain/work-action.ts';
import { workView } from '../../domain/work-view.ts';

/** A grant before the queue adds the request it answers. */
export type GrantBody = Omit<Grant, 'requestId'>;

interface Terms {
  readonly agentToken: string;
  readonly agentTokenExpiresAt: string;
  readonly expiresAt: number;
  readonly ttlMs: number;
  readonly nowMs: number;
}

/** All that a runner needs to do a task: the lease, the agent's credential, the task, its first work. */
export function grantBody(state: TaskState, terms: Terms): GrantBody {
  const { lease, work, plan } = state;
  if (lease === undefined || work === undefined) throw new Error('A grant needs a lease and work.');
  const { agentToken, agentTokenExpiresAt, expiresAt, ttlMs, nowMs } = terms;
  return {
    lease: {
      leaseId: lease.leaseId,
      epoch: lease.epoch,
      expiresAt: new Date(expiresAt).toISOString(),
      ttlMs,
      heartbeatMs: Math.min(HEARTBEAT_MS, Math.floor(ttlMs / 3)),
    },
    agentToken,
    agentTokenExpiresAt,
    seq: state.seq,
    task: {
      id: state.id,
      description: state.description,
      ...(state.acceptanceCriteria === undefined
        ? {}
        : { acceptanceCriteria: state.acceptanceCriteria }),
      workflow: state.workflow,
      autonomy: state.autonomy,
      priority: state.priority,
      effort: state.effort,
      attempt: state.attempt,
      projectId: state.projectId,
      environment: state.environment,
      branchName: state.branchName,
      workBranch: workBranch(state),
      baseRef: baseRef(state),
      parentTaskId: state.parent?.id ?? null,
      metadata: { ...state.metadata },
    },
    work: workView(state, work),
    budget: budgetView(state, nowMs),
    config: plan.config,
    resume: {
      checkpoint: state.checkpoint ?? null,
      lastRunnerId: state.lastLease?.runnerId ?? null,
      commit: state.lastCommit ?? null,
      usage: usageView(state.spent),
      patch: resumePatch(state),
    },
  };
}
