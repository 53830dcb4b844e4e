// What is told of a change of a deployment: to whoever listens, and to the object that keeps its deadline.

import type { DeploymentRecord } from '../../contract/deployment.ts';
import type { Happening } from '../../contract/platform-event.ts';
import { isOpen } from './stages.ts';
import { deploymentView } from './view.ts';

export type News = Pick<Happening, 'type' | 'subject' | 'data'> & { readonly environment: string };

/** What the object of the project has to know of a deployment. */
export interface DeploymentDue {
  readonly taskId: string | null;
  /** In milliseconds; null once it is over. */
  readonly dueAt: number | null;
  readonly revision: number;
}

/** When it is to be looked at again: the end of its wait where people have approved it, else its deadline. */
export function dueAt(record: DeploymentRecord, now: number): number | null {
  if (!isOpen(record)) return null;
  const deadline = Date.parse(record.deadlineAt);
  const { approval } = record;
  if (approval === null || approval.votes.length < approval.required) return deadline;
  const opens = Date.parse(approval.opensAt);
  return opens > now ? Math.min(opens, deadline) : deadline;
}

/** In the order in which it is told. `before` is null for a new one. */
export function newsOf(
  before: DeploymentRecord | null,
  after: DeploymentRecord,
  now: number,
): readonly News[] {
  const { id: subject, environment } = after;
  const tell = (type: News['type'], data: News['data']): News => ({
    ...{ type, environment, subject, data },
  });
  const deployment = deploymentView(after);
  const isNew = before === null ? [tell('deployment.created', { deployment })] : [];
  const ended = before?.state === after.state ? [] : endOf(after, tell);
  const isTold = isNew.length + ended.length > 0;
  const updated = isTold ? [] : [tell('deployment.updated', { deployment })];
  const due = dueAt(after, now);
  const wasDue = before === null ? undefined : dueAt(before, now);
  const data = { taskId: after.source.taskId, dueAt: due, revision: after.revision };
  const isOverAtOnce = before === null && due === null;
  const errand = due === wasDue || isOverAtOnce ? [] : [tell('errand:deployment', data)];
  return [...isNew, ...ended, ...updated, ...errand];
}

function endOf(
  after: DeploymentRecord,
  tell: (type: News['type'], data: News['data']) => News,
): readonly News[] {
  const deployment = deploymentView(after);
  const { artifacts, failure } = after;
  switch (after.state) {
    case 'succeeded':
      return [tell('deployment.succeeded', { deployment, artifacts })];
    case 'failed':
      return [tell('deployment.failed', { deployment, failure })];
    case 'cancelled':
      return [tell('deployment.cancelled', { deployment })];
    default:
      return [];
  }
}
