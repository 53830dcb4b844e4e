// What the data of each event always has, as the reference lists it.

import type { TaskEventType } from '../../src/contract/event.ts';

/** A task as events carry it: all that a task always has, but its logs, which are events themselves. */
export const TASK_MEMBERS: readonly string[] = [
  ...['id', 'projectId', 'environment', 'description', 'status', 'workflow', 'autonomy'],
  ...['priority', 'effort', 'branchName', 'attempt', 'retryCount', 'maxRetries'],
  ...['resumeAttempts', 'dependsOn', 'blockedBy', 'subtaskIds', 'stages', 'gates', 'createdAt'],
  ...['createdBy', 'updatedAt', 'usage', 'artifacts', 'seq'],
];

/** Complete by its type: an event that is new does not compile until it stands here. */
export const PROMISED: Readonly<Record<TaskEventType, readonly string[]>> = {
  'task:created': TASK_MEMBERS,
  'task:queued': ['status', 'waitingFor'],
  'task:started': TASK_MEMBERS,
  'task:stage-changed': ['status'],
  'task:completed': TASK_MEMBERS,
  'task:failed': ['task', 'error', 'status'],
  'task:cancelled': ['task', 'error', 'status'],
  'task:retried': ['task', 'attempt', 'status'],
  'task:resumed': ['task', 'status'],
  'task:paused': ['task', 'reason', 'pausedAt', 'status'],
  'task:decomposed': ['subtaskIds', 'strategy', 'status'],
  'task:trashed': ['task', 'trashedAt', 'status'],
  'task:restored': ['task', 'status'],
  'task:archived': ['task', 'archivedAt', 'status'],
  'task:unarchived': ['task', 'status'],
  'trash:emptied': ['deletedCount', 'deletedTaskIds'],
  'subtask:created': ['subtask'],
  'subtask:completed': ['subtask'],
  'subtask:failed': ['subtask', 'error'],
  'subtask:cancelled': ['subtask'],
  'subtask:changed': ['subtask'],
  'dependency:changed': ['dependency', 'blockedBy'],
  'log:entry': ['level', 'message'],
  'agent:message': ['message', 'agent'],
  'agent:thinking': ['agent', 'thinking'],
  'agent:tool-use': ['tool', 'input'],
  'agent:tool-result': ['tool', 'isError'],
  'agent:progress': ['percent'],
  'usage:updated': ['inputTokens', 'outputTokens', 'totalTokens', 'estimatedCost'],
  'changes:report': ['files', 'insertions', 'deletions'],
  'output:set': ['key', 'value'],
  'checkpoint:saved': ['data'],
  'artifact:added': ['artifact'],
  'gate:required': ['gateName', 'action', 'actionHash', 'approvers', 'quorum', 'status'],
  'gate:approved': ['gateName', 'approver'],
  'gate:vote': ['gateName', 'approver', 'votes', 'quorum'],
  'gate:rejected': ['gateName', 'rejector'],
  'gate:changes-requested': ['gateName', 'requester', 'comment', 'stage'],
  'gate:escalated': ['gateName', 'by', 'byId', 'changed', 'status', 'reason'],
  'gate:waived': ['gateName', 'by', 'byId', 'changed', 'status', 'reason'],
  'work:given': ['workId', 'kind', 'stage'],
  'work:finished': ['workId', 'kind', 'stage', 'outcome'],
  'lease:acquired': ['runnerId', 'epoch', 'expiresAt'],
  'lease:ended': ['runnerId', 'epoch', 'reason'],
};
