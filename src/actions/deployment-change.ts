// One change of a deployment: decided by its rules, and written with its audit row and what is told of it in one batch.

import type { Deployment, DeploymentRecord } from '../contract/deployment.ts';
import { ok, type Result } from '../contract/error.ts';
import type { Reply } from '../contract/reply.ts';
import { saveDeployment } from '../db/deployment-changes.ts';
import type { DeploymentCommand } from '../domain/deployment/command.ts';
import { newsOf } from '../domain/deployment/news.ts';
import { deploymentView } from '../domain/deployment/view.ts';
import { decideDeployment } from '../domain/deployment.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { lookAt, mayReport, targetDeployment } from './deployment-target.ts';
import { commit } from './effect.ts';
import { happeningOf } from './happening.ts';
import { checkRevision, type Precondition } from './precondition.ts';

export const deploymentReply = (
  record: DeploymentRecord,
  status: 200 | 201,
): Reply<Deployment> => ({
  status,
  body: deploymentView(record),
  headers: {
    ETag: `"v${record.revision}"`,
    ...(status === 201 ? { Location: `/v1/deployments/${record.id}` } : {}),
  },
});

interface Change {
  readonly id: string;
  readonly command: (record: DeploymentRecord) => DeploymentCommand;
  /** Of the audit. */
  readonly action: (after: DeploymentRecord) => string;
  /** What the audit says beside the states. */
  readonly detail: object;
  /** Of the answer where something has changed; else it is 200. */
  readonly status: 200 | 201;
  readonly precondition?: Precondition;
  /** Default: who may report on it. */
  readonly may?: (ask: Ask, record: DeploymentRecord) => Promise<Result<null>> | Result<null>;
}

/** Who is slower looks again and decides anew, so that no report is lost. */
export function changeDeployment(ask: Ask, change: Change): Promise<Result<Reply<Deployment>>> {
  const { id, may = mayReport, precondition } = change;
  return changeOnce(
    ask,
    async () => {
      const target = await targetDeployment(ask, id);
      if (!target.ok) return target;
      const allowed = await may(ask, target.value);
      if (!allowed.ok) return allowed;
      const fits =
        precondition === undefined ? ok(null) : checkRevision(precondition, target.value);
      return fits.ok ? target : fits;
    },
    (record) => attempt(ask, record, change),
  );
}

async function attempt(
  ask: Ask,
  record: DeploymentRecord,
  { command, action, detail, status }: Change,
): Promise<Result<Reply<Deployment>> | null> {
  const { facts, live } = await lookAt(ask, record);
  const decided = decideDeployment(record, command(record), facts);
  if (!decided.ok) return decided;
  const after = decided.value;
  if (after === record) return ok(deploymentReply(record, 200));
  return commit<Deployment>(ask, {
    statements: saveDeployment(ask.env, after, { live, now: ask.now }),
    deed: {
      projectId: record.projectId,
      action: action(after),
      target: { type: 'deployment', id: record.id },
      environment: record.environment,
      changes: { before: { state: record.state }, after: { state: after.state, ...detail } },
    },
    tells: newsOf(record, after, ask.now).map((news) => happeningOf(ask, news)),
    reply: deploymentReply(after, status),
  });
}
