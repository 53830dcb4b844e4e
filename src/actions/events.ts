import { ok, type Result, refuse } from '../contract/error.ts';
import type { StreamEvent } from '../contract/event-page.ts';
import { TASK_ID } from '../contract/id.ts';
import { WATCHER_HEADER } from '../contract/watcher.ts';
import { stateFrame } from '../domain/state-frame.ts';
import type { Ask } from './ask.ts';
import { registerSocket, watcherOf } from './close-sockets.ts';
import { protocolOf, speak } from './socket-protocol.ts';
import { targetDoor, targetTask } from './target.ts';

export interface Page {
  events: StreamEvent[];
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
  const target = await targetDoor(ask, id, 'log');
  return target.ok ? target.value.events({ actor: ask.actor, ...query }) : target;
}

/** The frame that every stream of a task begins with. */
export async function readState(ask: Ask, id: string): Promise<Result<string>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const task = await target.value.read(ask.actor);
  return task.ok ? ok(stateFrame(task.value, ask.now)) : task;
}

/** No task has this id, so its object answers as for every task that does not exist. */
const NOBODY = 'task_0_00000000000000000000';

/**
 * Hands a WebSocket upgrade to the task's object, which alone knows whether the task exists and is the caller's: a
 * foreign or unknown one is said by the close code. A wrong cursor is refused before the upgrade.
 */
export async function openSocket(
  ask: Ask,
  id: string,
  request: Request,
): Promise<Result<Response>> {
  // A header holds Latin-1 only, and names of runners are anybody's text.
  const actor = encodeURIComponent(JSON.stringify(ask.actor));
  const watcher = watcherOf(ask);
  const protocol = protocolOf(request);
  const headers = new Headers({
    upgrade: 'websocket',
    'x-sluice-actor': actor,
    [WATCHER_HEADER]: JSON.stringify(watcher),
    ...(protocol !== null && { 'Sec-WebSocket-Protocol': protocol }),
  });
  const name = TASK_ID.test(id) ? id : NOBODY;
  await registerSocket(ask, watcher, name);
  const answer = await ask.env.TASK.getByName(name).fetch(request.url, { headers });
  const response = speak(answer, protocol);
  if (response.status !== 400) return ok(response);
  const message = 'After must be a whole number, not ahead of the log';
  return refuse('invalid_request', message, { errors: [{ path: '?after', message }] });
}
