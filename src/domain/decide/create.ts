import { ok, type Result, refuse } from '../../contract/error.ts';
import type { ParentLink } from '../../contract/event-subtask.ts';
import type { CreateTask } from '../command.ts';
import type { Decision } from '../draft.ts';
import { openPlanned } from '../gates.ts';
import { NOTHING_SPENT, usageView } from '../money.ts';
import { branchName } from '../slug.ts';
import { blockedBy, type TaskState } from '../task.ts';

const QUEUED = { type: 'task:queued', data: { status: 'queued', waitingFor: 'runner' } } as const;

const linkOf = ({ id, index, depth, branch }: ParentLink): ParentLink => ({
  id,
  index,
  depth,
  branch,
});

/** Writes the task and queues it, in one. */
export function decideCreate(state: TaskState | null, command: CreateTask): Result<Decision> {
  if (state !== null) return refuse('invalid_transition', 'The task exists already.');
  const { now, taskId, plan } = command;
  const createdAt = new Date(now).toISOString();
  const { parent, concurrency, requires = [], dependencies = [] } = command;
  const { projectId, environment, actor } = command;
  const task = { id: taskId, projectId, environment, createdBy: actor.id, attempt: 1 };
  const gates = plan.gates.map((planned) =>
    openPlanned(planned, task, { instance: 1, nowMs: now }),
  );
  const own = branchName(plan.config.git.branchPrefix, taskId, command.description);
  const blocked = blockedBy({ dependencies });
  return ok({
    drafts: [
      {
        type: 'task:created',
        data: {
          id: taskId,
          projectId,
          environment,
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
          branchName: parent?.branchName ?? own,
          attempt: 1,
          retryCount: 0,
          maxRetries: command.maxRetries,
          resumeAttempts: 0,
          dependsOn: dependencies.map(({ id }) => id),
          blockedBy: blocked,
          ...(dependencies.length === 0 ? {} : { dependencies: [...dependencies] }),
          ...(requires.length === 0 ? {} : { requires: [...requires] }),
          ...(concurrency === undefined ? {} : { concurrency }),
          ...(parent === undefined ? {} : { parentTaskId: parent.id, parent: linkOf(parent) }),
          subtaskIds: [],
          stages: [],
          gates,
          createdAt,
          createdBy: actor.id,
          updatedAt: createdAt,
          usage: usageView(NOTHING_SPENT),
          artifacts: [],
          seq: 1,
          plan,
        },
      },
      // A subtask waits to be executed, and a task for those that it depends on.
      ...(parent === undefined && blocked.length === 0 ? [QUEUED] : []),
    ],
  });
}
