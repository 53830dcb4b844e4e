import type { Subject } from '../subject.ts';
import { HttpConnection } from './http-connection.ts';
import { createTask, endTask, leaseTask } from './leased-task.ts';
import { TaskSession } from './task-session.ts';

/** A session with the task that it writes to. */
export interface LeasedSession {
  readonly taskId: string;
  readonly session: TaskSession;
  readonly end: () => Promise<void>;
}

/** The skeleton knows no leases: there a task is enough. */
const openPlain = async (url: string): Promise<LeasedSession> => {
  const connection = await HttpConnection.open(url);
  const taskId = await createTask(connection);
  connection.close();
  const task = { taskId, leaseId: 'none', epoch: 0, token: undefined };
  const session = await TaskSession.open(url, task);
  return { taskId, session, end: async () => session.close() };
};

/** A session of a task of its own. */
export const openLeased = async ({ kind, url }: Subject): Promise<LeasedSession> => {
  if (kind === 'skeleton') return openPlain(url);
  const task = await leaseTask(url);
  const session = await TaskSession.open(url, task);
  const end = async (): Promise<void> => {
    session.close();
    await endTask(url, task.taskId);
  };
  return { taskId: task.taskId, session, end };
};
