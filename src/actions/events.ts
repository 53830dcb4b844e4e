import type { Result } from '../contract/error.ts';
import type { TaskEvent } from '../contract/event.ts';
import { TASK_ID } from '../contract/id.ts';
import type { Ask } from './ask.ts';
import { targetTask } from './target.ts';

interface Page {
  events: TaskEvent[];
  count: number;
  last: number;
  head: number;
  end?: true;
}

/** A page of events after a cursor; with `waitMs` it comes as soon as there is one. */
export async function readEvents(
  ask: Ask,
  id: string,
  query: { after: number; limit: number; waitMs: number },
): Promise<Result<Page>> {
  const target = targetTask(ask, id);
  return target.ok ? target.value.events({ actor: ask.actor, ...query }) : target;
}

/** No task has this id, so its object answers as for every task that does not exist. */
const NOBODY = 'task_0_00000000000000000000';

/** Hands a WebSocket upgrade to the task's object, which alone knows whether the task exists and is the caller's. */
export function openSocket(ask: Ask, id: string, request: Request): Promise<Response> {
  const headers = new Headers({
    upgrade: 'websocket',
    'x-sluice-actor': JSON.stringify(ask.actor),
  });
  const protocol = request.headers.get('Sec-WebSocket-Protocol');
  if (protocol !== null) headers.set('Sec-WebSocket-Protocol', protocol);
  const name = TASK_ID.test(id) ? id : NOBODY;
  return ask.env.TASK.getByName(name).fetch(request.url, { headers });
}
