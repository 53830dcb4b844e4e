import { API_VERSION } from '../../contract/credential-field.ts';
import type { TaskEvent } from '../../contract/event.ts';
import { typeOfTaskEvent } from '../../contract/event-type.ts';
import { FOLLOWED_TYPES, type Happening } from '../../contract/platform-event.ts';
import type { TaskRow } from '../../contract/task.ts';
import type { ProjectDb } from '../../db/database.ts';
import type { OutboxRow } from '../../db/outbox.ts';
import { payloadsOf } from '../../domain/event-payload.ts';
import { derivedId } from '../../domain/id.ts';
import type { EventTable, KeptEvent } from './event-table.ts';
import { OutboxDesk, type Takers } from './outbox-desk.ts';
import { Outlet } from './outlet.ts';

/** What an event is made of, before it has its number and its bytes. */
interface Draft {
  readonly id: string;
  readonly type: string;
  readonly environment: string | null;
  readonly subject: string;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventParts {
  readonly ctx: DurableObjectState;
  readonly env: Env;
  readonly db: ProjectDb;
  readonly events: EventTable;
  readonly run: Takers['run'];
  /** Writes down for who follows the project what it shows them; they are told by the answer. */
  readonly feed: (happenings: readonly Happening[]) => () => void;
  /** Sets the alarm a little ahead, so that a crash before the handing over costs a wake and no event. */
  readonly armAhead: () => void;
  /** Sets the alarm to what is due. */
  readonly rearm: () => void;
}

const isFollowed = (type: string): boolean => (FOLLOWED_TYPES as readonly string[]).includes(type);

/** Where a project writes down what happens in it, and from where endpoints are told. */
export class EventDesk {
  readonly #parts: EventParts;
  readonly #outlet: Outlet;
  readonly #outbox: OutboxDesk;

  constructor(parts: EventParts) {
    this.#parts = parts;
    this.#outlet = new Outlet(parts.env, parts.db, parts.events);
    this.#outbox = new OutboxDesk(parts.db, {
      take: (rows) => this.#take(rows),
      run: parts.run,
    });
  }

  /** Takes the outbox of the project. What it held is written down when this returns, and handed over soon after. */
  async relay(): Promise<void> {
    await this.#outbox.relay();
    // What is being handed over has its alarm, and sets the next one when it ends.
    if (this.#outbox.dueAt() !== null) this.#parts.rearm();
  }

  endpointChanged(id: string): void {
    this.#outlet.changed(id);
  }

  /** Events of a task, in the transaction that takes them in. `handOver` is to follow it. */
  appendOfTask(
    { row, environment }: { readonly row: TaskRow; readonly environment: string },
    events: readonly TaskEvent[],
  ): void {
    for (const event of events) {
      const type = typeOfTaskEvent(event.type);
      if (type === null) continue;
      const at = Date.parse(event.timestamp);
      const id = derivedId('evt', at, event.taskId, event.seq);
      const data = { task: row, taskSeq: event.seq, event };
      this.#append({ id, type, environment, subject: event.taskId, at, data });
    }
  }

  /** Something that has happened and stands nowhere else: a test. Answers its number. */
  post(happening: Happening): number {
    this.#append(happening);
    this.handOver();
    return this.#parts.events.mark.head;
  }

  /** Begins to hand over what is new, and does not wait for it. */
  handOver(): void {
    if (!this.#outlet.isWanted || !this.#outlet.isBehind) return;
    const { ctx, armAhead, rearm } = this.#parts;
    armAhead();
    ctx.waitUntil(this.#outlet.drain(Date.now()).then(rearm));
  }

  dueAt(now: number): number | null {
    const dues = [this.#outlet.dueAt(now), this.#outbox.dueAt()];
    const due = dues.filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  async ring(now: number): Promise<void> {
    const retry = this.#outbox.dueAt();
    await Promise.all([
      retry !== null && retry <= now ? this.#outbox.relay() : undefined,
      this.#outlet.isBehind ? this.#outlet.drain(now) : undefined,
    ]);
  }

  /** What was taken before is known by its number in the outbox. */
  #take(rows: readonly OutboxRow[]): void {
    const { ctx, events, feed } = this.#parts;
    let tell: () => void = () => undefined;
    try {
      ctx.storage.transactionSync(() => {
        const fresh = rows.filter(({ seq }) => seq > events.mark.outboxSeq);
        for (const row of fresh) if (!isFollowed(row.type)) this.#append(row, row.seq);
        tell = feed(fresh);
      });
    } catch (error) {
      events.forget();
      throw error;
    }
    tell();
    this.handOver();
  }

  #append({ id, type, environment, subject, at, data }: Draft, outboxSeq?: number): void {
    const { events, db } = this.#parts;
    const { settled } = this.#outlet;
    const now = Date.now();
    const marks = outboxSeq === undefined ? { settled, now } : { settled, outboxSeq, now };
    const bytes = (sequence: number): Pick<KeptEvent, 'body' | 'thin'> => {
      const timestamp = new Date(at).toISOString();
      const { projectId } = db;
      const members = { id, type, timestamp, apiVersion: API_VERSION, projectId };
      const { full, thin } = payloadsOf({ ...members, environment, sequence, data });
      const encoder = new TextEncoder();
      return { body: encoder.encode(full), thin: encoder.encode(thin) };
    };
    events.append({ id, type, environment, subject, createdAt: at }, bytes, marks);
  }
}
