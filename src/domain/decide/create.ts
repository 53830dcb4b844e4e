import { ok, type Result, refuse } from '../../contract/error.ts';
import type { CreateTask } from '../command.ts';
import type { Decision } from '../draft.ts';
import { openGate } from '../gates.ts';
import { usageView } from '../money.ts';
import { branchName } from '../slug.ts';
import type { TaskState } from '../task.ts';

/** Writes the task and queues it, in one. */
export function decideCreate(state: TaskState | null, command: CreateTask): Result<Decision> {
  if (state !== null) return refuse('invalid_transition', 'The task exists already.');
  const { now, taskId, plan } = command;
  const createdAt = new Date(now).toISOString();
  const gates = plan.gates.map(({ name, source, stage }) =>
    openGate({ taskId, name, source, stage, instance: 1, attempt: 1, nowMs: now }),
  );
  return ok({
    drafts: [
      {
        type: 'task:created',
        data: {
          id: taskId,
          projectId: command.projectId,
          environment: command.environment,
          description: command.description,
          ...(command.acceptanceCriteria === undefined
            ? {}
            : { acceptanceCriteria: command.acceptanceCriteria }),
          ...(command.metadata === undefined ? {} : { metadata: { ...command.metadata } }),
          status: 'pending',
          workflow: command.workflow,
          autonomy: command.autonomy,
          priority: command.priority,
          effort: command.effort,
          branchName: branchName(plan.config.git.branchPrefix, taskId, command.description),
          attempt: 1,
          retryCount: 0,
          maxRetries: command.maxRetries,
          resumeAttempts: 0,
          dependsOn: [],
          blockedBy: [],
          subtaskIds: [],
          stages: [],
          gates,
          createdAt,
          createdBy: command.actor.id,
          updatedAt: createdAt,
          usage: usageView({ inputTokens: 0, outputTokens: 0, costMicros: 0 }),
          artifacts: [],
          seq: 1,
          plan,
        },
      },
      { type: 'task:queued', data: { status: 'queued', waitingFor: 'runner' } },
    ],
  });
}
