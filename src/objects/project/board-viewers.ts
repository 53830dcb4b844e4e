import { isInSight, type Sight } from '../../contract/feed.ts';
import type { TaskRow } from '../../contract/task.ts';
import type { Watcher } from '../../contract/watcher.ts';
import type { ProjectDb } from '../../db/database.ts';
import { fromStored, listTasks } from '../../db/tasks.ts';
import { type CredentialSockets, closeEnded } from '../credential-sockets.ts';
import { sendSafely } from '../send-safely.ts';
import type { BoardEvent, BoardTable } from './board-table.ts';

/** The tags of sockets that watch a project and its runners. */
export const BOARD = 'board';
export const HEALTH = 'health';
const ROWS_MAX = 100;
export const WATCHERS_MAX = 1_000;

/** What a socket needs to outlive the object's memory. */
interface Attachment extends Sight {
  cursor: number;
  live: boolean;
}

const attachmentOf = (socket: WebSocket): Attachment | null =>
  // Written below.
  socket.deserializeAttachment() as Attachment | null;

/** Where it has happened is for us alone. */
const frameOf = ({ place: _, ...event }: BoardEvent): string => JSON.stringify(event);

/** What was written before places were noted is for who sees all. */
const sees = (sight: Sight, { type, place = [] }: BoardEvent): boolean =>
  isInSight({ type, place }, sight);

/** Those who watch a project: first the newest tasks as they are, then what happens to any of them. */
export class BoardViewers {
  readonly #ctx: DurableObjectState;
  readonly #db: ProjectDb;
  readonly #board: BoardTable;
  readonly #sockets: CredentialSockets;

  constructor(
    ctx: DurableObjectState,
    db: ProjectDb,
    parts: { readonly board: BoardTable; readonly sockets: CredentialSockets },
  ) {
    this.#ctx = ctx;
    this.#db = db;
    this.#board = parts.board;
    this.#sockets = parts.sockets;
  }

  /** With `after`, events since then are replayed, if they are still kept. */
  open(socket: WebSocket, watcher: Watcher, after: number | undefined): void {
    this.#sockets.accept(socket, BOARD, watcher);
    const cursor = after ?? this.#board.head;
    const { environments, hidden } = watcher;
    const attachment: Attachment = {
      ...{ cursor, live: false },
      ...(environments === undefined ? {} : { environments }),
      ...(hidden === undefined ? {} : { hidden }),
    };
    socket.serializeAttachment(attachment);
    this.#ctx.waitUntil(this.#begin(socket, attachment));
  }

  /** Whether anybody watches. */
  get isWatched(): boolean {
    return this.#ctx.getWebSockets(BOARD).length > 0;
  }

  publish(events: readonly BoardEvent[]): void {
    closeEnded(this.#sockets.takeExpired(Date.now()));
    const sockets = this.#ctx.getWebSockets(BOARD);
    if (sockets.length === 0) return;
    const frames = events.map((event) => [event, frameOf(event)] as const);
    for (const socket of sockets) {
      const attachment = attachmentOf(socket);
      if (attachment?.live !== true) continue;
      for (const [event, frame] of frames) {
        if (sees(attachment, event)) sendSafely(socket, frame);
      }
    }
  }

  /** After a wake, watchers whose replay was interrupted go on with it. */
  resume(): void {
    for (const socket of this.#ctx.getWebSockets(BOARD)) {
      const attachment = attachmentOf(socket);
      if (attachment?.live === false) this.#ctx.waitUntil(this.#begin(socket, attachment));
    }
  }

  /** The rows may be newer than `seq` says: then an event tells what is known, which harms nobody. */
  async #begin(socket: WebSocket, attachment: Attachment): Promise<void> {
    const seq = this.#board.head;
    const tasks = await this.#rows(attachment.environments ?? null);
    const timestamp = new Date().toISOString();
    const state = { type: 'task:state', taskId: '0', timestamp, tasks, data: { tasks }, seq };
    if (!sendSafely(socket, JSON.stringify(state))) return;
    if (!this.#board.reaches(attachment.cursor)) {
      const data = { from: attachment.cursor + 1, to: seq };
      const reset = { type: 'feed:reset', taskId: '0', timestamp, data, seq };
      if (!sendSafely(socket, JSON.stringify(reset))) return;
      attachment.cursor = seq;
    }
    while (attachment.cursor < this.#board.head) {
      const events = this.#board.after(attachment.cursor);
      for (const event of events.filter((one) => sees(attachment, one))) {
        if (!sendSafely(socket, frameOf(event))) return;
      }
      attachment.cursor = events.at(-1)?.seq ?? this.#board.head;
      if (attachment.cursor < this.#board.head) await scheduler.wait(0);
    }
    attachment.live = true;
    socket.serializeAttachment(attachment);
  }

  /** With D1 away the board begins empty and fills with what happens. */
  async #rows(environments: readonly string[] | null): Promise<TaskRow[]> {
    const filter = { statuses: [], workflow: undefined, text: undefined, environments };
    try {
      const page = { before: undefined, limit: ROWS_MAX, offset: 0 };
      return (await listTasks(this.#db, filter, page)).map(fromStored);
    } catch {
      return [];
    }
  }
}
