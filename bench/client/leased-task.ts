// A task under a lease, as a runner has it. The skeleton knows no leases: there the numbers mean nothing.
import { randomUUID } from 'node:crypto';
import type { ClaimAnswer, Registered } from '../../src/contract/runner.ts';
import { HttpConnection } from './http-connection.ts';

/** More than the bench holds at a time. */
const LEASES_MAX = 50;
const CLAIMS_MAX = 20;

/** What its holder says with each write. */
export interface LeasedTask {
  readonly taskId: string;
  readonly leaseId: string;
  readonly epoch: number;
  readonly token: string | undefined;
}

/** Creates a task and returns its id. */
export const createTask = async (
  connection: HttpConnection,
  members: Readonly<Record<string, unknown>> = {},
): Promise<string> => {
  const body = JSON.stringify({ description: 'A task that the bench watches', ...members });
  const { text } = await connection.expect({ method: 'POST', path: '/tasks', body });
  // Answered by the server that this bench has started.
  return (JSON.parse(text) as { taskId: string }).taskId;
};

const register = async (connection: HttpConnection): Promise<Registered> => {
  const body = JSON.stringify({ name: 'bench', instanceId: randomUUID() });
  const { text } = await connection.expect({ method: 'POST', path: '/runners', body });
  return JSON.parse(text) as Registered;
};

const claim = async (
  connection: HttpConnection,
  { runner, token }: Registered,
): Promise<ClaimAnswer> => {
  const path = `/runners/${runner.id}/claim`;
  const body = JSON.stringify({ requestId: randomUUID(), slots: 1, waitMs: 1_000 });
  const { text } = await connection.expect({ method: 'POST', path, body, token });
  return JSON.parse(text) as ClaimAnswer;
};

/** Creates a task that stands first in the queue, and claims it by a runner of its own. */
export const leaseTask = async (url: string): Promise<LeasedTask> => {
  const connection = await HttpConnection.open(url);
  try {
    const body = JSON.stringify({
      limits: { maxConcurrentTasks: LEASES_MAX, dailyBudget: 100_000 },
    });
    await connection.expect({ method: 'PATCH', path: '/config', body });
    const registered = await register(connection);
    const taskId = await createTask(connection, { priority: 'urgent', effort: 'xs' });
    for (let claims = 0; claims < CLAIMS_MAX; claims += 1) {
      const { grants } = await claim(connection, registered);
      const grant = grants.find(({ task }) => task.id === taskId);
      if (grant === undefined) continue;
      const { leaseId, epoch } = grant.lease;
      return { taskId, leaseId, epoch, token: registered.token };
    }
    throw new Error(`No claim granted ${taskId}.`);
  } finally {
    connection.close();
  }
};

/** Ends the task, so that neither its lease nor the queue has anything to do with it any more. */
export const endTask = async (url: string, taskId: string): Promise<void> => {
  const connection = await HttpConnection.open(url);
  await connection.expect({ method: 'POST', path: `/tasks/${taskId}/cancel`, body: '{}' });
  connection.close();
};
