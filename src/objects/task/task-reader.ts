import { ok, type Result, refuse, TASK_NOT_FOUND } from '../../contract/error.ts';
import type { StreamEvent } from '../../contract/event-page.ts';
import type { LogPage, LogsWanted } from '../../contract/logs.ts';
import { type Actor, admit } from '../../contract/principal.ts';
import { MANY_PROTOCOL, protocolIn } from '../../contract/socket-protocol.ts';
import type { Task } from '../../contract/task.ts';
import { stateFrame } from '../../domain/state-frame.ts';
import { isEnded, type TaskState } from '../../domain/task.ts';
import { type TaskText, taskText } from '../../domain/task-text.ts';
import { taskSnapshot } from '../../domain/view.ts';
import { CREDENTIAL_ENDED, watcherIn } from '../credential-sockets.ts';
import { closedSocket } from '../socket-close.ts';
import type { Waiters } from '../waiters.ts';
import type { LeaseClock } from './lease-clock.ts';
import type { LiveFeed } from './live-feed.ts';
import type { TaskStore } from './task-store.ts';

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

const NEWEST_LOGS = 100;

interface Wiring {
  readonly store: TaskStore;
  readonly feed: LiveFeed;
  readonly waiters: Waiters;
  readonly clock: LeaseClock;
}

/** Reading what a task's log holds: a page of events, a wait for the next, a page of logs, or a socket. */
export class TaskReader {
  readonly #store: TaskStore;
  readonly #feed: LiveFeed;
  readonly #waiters: Waiters;
  readonly #clock: LeaseClock;

  constructor({ store, feed, waiters, clock }: Wiring) {
    this.#store = store;
    this.#feed = feed;
    this.#waiters = waiters;
    this.#clock = clock;
  }

  /** The state. A task that does not exist and a foreign one are refused alike: nobody learns which. */
  visible(actor: Actor): Result<TaskState> {
    const { state } = this.#store;
    if (state === null) return TASK_NOT_FOUND;
    const admitted = admit(actor, state, TASK_NOT_FOUND);
    return admitted.ok ? ok(state) : admitted;
  }

  /** The task with its newest logs. */
  read(actor: Actor): Result<Task> {
    const visible = this.visible(actor);
    if (!visible.ok) return visible;
    const { value: state } = visible;
    const snapshot = taskSnapshot(state, this.#clock.view(state, Date.now()));
    return ok({ ...snapshot, logs: this.#store.log.newestLogs(NEWEST_LOGS) });
  }

  /** The same as text. What it waits for stands apart where its project may know better. */
  readText(actor: Actor): Result<TaskText> {
    const task = this.read(actor);
    return task.ok ? ok(taskText(task.value)) : task;
  }

  async events(request: EventsRequest): Promise<Result<EventsPage>> {
    const { actor, after, limit, waitMs } = request;
    const visible = this.visible(actor);
    if (!visible.ok) return visible;
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
    const visible = this.visible(actor);
    return visible.ok ? ok(this.#store.log.logsAfter(wanted)) : visible;
  }

  /** Opens a viewer's socket. What a browser could not read of a refused upgrade is said by the close code. */
  openSocket(request: Request): Response {
    // Written by the Worker, which has checked the credential.
    const header = decodeURIComponent(request.headers.get(ACTOR_HEADER) ?? 'null');
    const actor = JSON.parse(header) as Actor | null;
    const task = actor === null ? TASK_NOT_FOUND : this.read(actor);
    if (!task.ok) {
      const code = task.refusal.code === 'not_found' ? 4404 : 4403;
      return closedSocket(code, task.refusal.message);
    }
    const watcher = watcherIn(request);
    if (this.#feed.isDead(watcher)) return closedSocket(...CREDENTIAL_ENDED);
    const query = new URL(request.url).searchParams;
    const { head } = this.#store;
    const after = query.has('after') ? Number(query.get('after')) : head;
    if (!Number.isSafeInteger(after) || after < 0 || after > head) {
      // Before the upgrade, so that the caller can say it in words.
      return new Response(null, { status: 400 });
    }
    if (this.#feed.isFull) return closedSocket(4429, 'Too many viewers of this task');
    const speaksMany = protocolIn(request.headers.get('Sec-WebSocket-Protocol')) === MANY_PROTOCOL;
    const many = query.get('logs') === 'compact' ? 'compact' : 'many';
    const { 0: client, 1: server } = new WebSocketPair();
    this.#feed.open(server, stateFrame(task.value, Date.now()), {
      after,
      serving: speaksMany ? many : 'plain',
      untilEnd: query.get('until') === 'end',
      watcher,
    });
    return new Response(null, { status: 101, webSocket: client });
  }
}
