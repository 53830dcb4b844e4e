import { ok, type Result, refuse, TASK_NOT_FOUND } from '../contract/error.ts';
import type { StreamEvent } from '../contract/event-page.ts';
import type { LogPage, LogsWanted } from '../contract/logs.ts';
import { type Actor, isMember } from '../contract/principal.ts';
import type { Task } from '../contract/task.ts';
import { stateFrame } from '../domain/state-frame.ts';
import { isEnded, type TaskState } from '../domain/task.ts';
import type { LiveFeed } from './live-feed.ts';
import { closedSocket } from './socket-close.ts';
import type { TaskStore } from './task-store.ts';
import type { Waiters } from './waiters.ts';

export interface EventsRequest {
  readonly actor: Actor;
  readonly after: number;
  readonly limit: number;
  readonly waitMs: number;
}

export interface LogsRequest extends LogsWanted {
  readonly actor: Actor;
}

export interface EventsPage {
  events: StreamEvent[];
  count: number;
  last: number;
  head: number;
  end?: true;
}

/** The header by which the Worker tells the object who opens a socket; only the Worker reaches an object. */
export const ACTOR_HEADER = 'x-sluice-actor';

/** Reading what a task's log holds: a page of events, a wait for the next, a page of logs, or a socket. */
export class TaskReader {
  readonly #store: TaskStore;
  readonly #feed: LiveFeed;
  readonly #waiters: Waiters;

  constructor(store: TaskStore, feed: LiveFeed, waiters: Waiters) {
    this.#store = store;
    this.#feed = feed;
    this.#waiters = waiters;
  }

  /** The state, or null for a task that does not exist or is foreign: nobody learns which. */
  visible(actor: Actor): TaskState | null {
    const { state } = this.#store;
    if (state === null) return null;
    return isMember(actor, state.projectId) ? state : null;
  }

  async events(request: EventsRequest): Promise<Result<EventsPage>> {
    const { actor, after, limit, waitMs } = request;
    if (this.visible(actor) === null) return TASK_NOT_FOUND;
    if (after > this.#store.head) {
      return refuse('invalid_request', 'After is ahead of the log.', {
        errors: [{ path: '?after', message: 'After is ahead of the log.' }],
      });
    }
    const events = await this.#waiters.until(
      () => this.#store.log.eventsAfter(after, limit),
      (found) => found.length > 0,
      Date.now() + waitMs,
    );
    const last = events.at(-1)?.seq ?? after;
    const { head, state } = this.#store;
    const page = { events, count: events.length, last, head };
    const end = last === head && state !== null && isEnded(state.status);
    return ok(end ? { ...page, end } : page);
  }

  /** A page of the task's logs. */
  logs({ actor, ...wanted }: LogsRequest): Result<LogPage> {
    return this.visible(actor) === null ? TASK_NOT_FOUND : ok(this.#store.log.logsAfter(wanted));
  }

  /** Opens a viewer's socket. What a browser could not read of a refused upgrade is said by the close code. */
  openSocket(request: Request, read: (actor: Actor) => Result<Task>): Response {
    // Written by the Worker, which has checked the credential.
    const header = decodeURIComponent(request.headers.get(ACTOR_HEADER) ?? 'null');
    const actor = JSON.parse(header) as Actor | null;
    const task = actor === null ? TASK_NOT_FOUND : read(actor);
    if (!task.ok) return closedSocket(4404, task.refusal.message);
    const query = new URL(request.url).searchParams;
    const { head } = this.#store;
    const after = query.has('after') ? Number(query.get('after')) : head;
    if (!Number.isSafeInteger(after) || after < 0 || after > head) {
      // Before the upgrade, so that the caller can say it in words.
      return new Response(null, { status: 400 });
    }
    if (this.#feed.isFull) return closedSocket(4429, 'Too many viewers of this task');
    const offered = request.headers.get('Sec-WebSocket-Protocol') ?? '';
    const many = offered.split(',').some((protocol) => protocol.trim() === 'sluice.stream.v1');
    const { 0: client, 1: server } = new WebSocketPair();
    this.#feed.open(server, stateFrame(task.value, Date.now()), {
      after,
      many,
      untilEnd: query.get('until') === 'end',
    });
    const headers = many ? { 'Sec-WebSocket-Protocol': 'sluice.stream.v1' } : undefined;
    return new Response(null, { status: 101, webSocket: client, ...(headers && { headers }) });
  }
}
