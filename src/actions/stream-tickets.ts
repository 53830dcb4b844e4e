import { newSecret } from '../auth/secret.ts';
import { hashSecret } from '../auth/secret-hash.ts';
import { ok, type Result, TASK_NOT_FOUND } from '../contract/error.ts';
import type { Reply } from '../contract/reply.ts';
import { type StreamTicket, type StreamTicketBody, TICKET_MS } from '../contract/stream-ticket.ts';
import { platformDb } from '../db/database.ts';
import { insertTicket } from '../db/tickets.ts';
import type { Ask } from './ask.ts';
import { registerTicket, watcherOf } from './close-sockets.ts';
import { commit, once } from './effect.ts';
import { targetProject, targetTask } from './target.ts';

/** A ticket for one socket on a task or a project that the caller may watch. `page` is the Origin that asks. */
export async function createTicket(
  ask: Ask,
  body: StreamTicketBody,
  page: string | null,
): Promise<Result<Reply<StreamTicket>>> {
  const target = await targetOf(ask, body);
  return target.ok ? once(ask, () => keep(ask, target.value, page)) : target;
}

/** The id of what is to be watched, and of which project that is. */
async function targetOf(
  ask: Ask,
  { taskId, projectId }: StreamTicketBody,
): Promise<Result<string>> {
  if (taskId === undefined) {
    const project = await targetProject(ask, projectId);
    return project.ok ? ok(project.value.id) : project;
  }
  const task = await targetTask(ask, taskId);
  if (!task.ok) return TASK_NOT_FOUND;
  const visible = await task.value.readLease(ask.actor);
  return visible.ok ? ok(taskId) : visible;
}

async function keep(
  ask: Ask,
  target: string,
  origin: string | null,
): Promise<Result<Reply<StreamTicket>>> {
  const { env, credential, now } = ask;
  const { asks: _, ...actor } = ask.actor;
  const ticket = newSecret('wst');
  const hash = await hashSecret(env, ticket);
  const expiresAt = now + TICKET_MS;
  const caller = JSON.stringify({ actor, credential });
  const watcher = watcherOf(ask);
  const made = await commit<StreamTicket>(ask, {
    statements: [
      insertTicket(platformDb(env), { hash, target, origin, caller, expiresAt }),
      ...(watcher.subjects.length === 0 ? [] : [registerTicket(ask, watcher, { hash, expiresAt })]),
    ],
    deed: {
      projectId: null,
      action: 'stream_ticket.created',
      target: { type: target.startsWith('task_') ? 'task' : 'project', id: target },
    },
    reply: {
      status: 201,
      body: { ticket, expiresAt: new Date(expiresAt).toISOString() },
      secrets: ['ticket'],
    },
  });
  if (made === null) throw new Error('A ticket was not kept.');
  return made;
}
