import { closeSafely } from '../socket-close.ts';
import { AckWindow, type Flow, Pace } from './viewer-flow.ts';
import type { Frame, Serving } from './viewer-frames.ts';

/** Behind by more than this, a viewer that has been live is let go; it comes back with its cursor. */
const BEHIND_MS = 60_000;
const BEHIND_EVENTS_MAX = 100_000;
/** What the attachment says of a live viewer may be short by this: writing it costs a third of a send. */
const KEPT_BYTES = 262_144;

/** What a socket needs to outlive the object's memory. */
interface Kept {
  readonly serving: Serving;
  readonly untilEnd: boolean;
  /** The last event sent; null: live, so it has had everything up to the last commit. */
  readonly cursor: number | null;
  readonly hasBeenLive: boolean;
  /** When it is let go unless it reads on. */
  readonly dueAt: number | null;
  /** The bytes that it has not acknowledged, up to the event `sent`. */
  readonly unacked: number;
  readonly sent: number;
}

/** Where a viewer begins, and how it is served. */
export interface ViewerOptions {
  readonly after: number;
  readonly serving: Serving;
  readonly untilEnd: boolean;
}

/** What lies before a viewer: the events after `from`, up to `head`. */
interface Stretch {
  readonly from: number;
  readonly head: number;
}

/** One who watches: where it is in the log, and how much it may be sent. */
export class Viewer {
  readonly socket: WebSocket;
  readonly #window: AckWindow | undefined;
  readonly #flow: Flow;
  #kept: Kept;
  #readyAt = 0;
  #isGone = false;

  constructor(socket: WebSocket, kept: Kept) {
    this.socket = socket;
    this.#kept = kept;
    this.#window = kept.serving === 'plain' ? undefined : new AckWindow(kept.sent, kept.unacked);
    this.#flow = this.#window ?? new Pace();
  }

  static open(socket: WebSocket, { after, serving, untilEnd }: ViewerOptions): Viewer {
    const progress = { hasBeenLive: false, dueAt: null, unacked: 0, sent: after };
    const viewer = new Viewer(socket, { serving, untilEnd, cursor: after, ...progress });
    viewer.#keep({});
    return viewer;
  }

  /** The viewer of a socket that has outlived the object's memory. */
  static revive(socket: WebSocket): Viewer {
    // Written by `#keep`.
    return new Viewer(socket, socket.deserializeAttachment() as Kept);
  }

  get serving(): Serving {
    return this.#kept.serving;
  }

  get untilEnd(): boolean {
    return this.#kept.untilEnd;
  }

  /** The last event it was sent, or null for one who is live and is sent each commit. */
  get cursor(): number | null {
    return this.#kept.cursor;
  }

  /** Whether it is sent each commit. */
  get isLive(): boolean {
    return this.#kept.cursor === null;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** When it may be sent more; `Infinity`: not before it acknowledges. */
  get readyAt(): number {
    return this.#readyAt;
  }

  /** When it has to be let go, unless it reads on. */
  get dueAt(): number | null {
    return this.#kept.dueAt;
  }

  isTooSlow(head: number, now: number): boolean {
    const { cursor, dueAt, hasBeenLive } = this.#kept;
    if (cursor === null) return false;
    return (dueAt !== null && dueAt <= now) || (hasBeenLive && head - cursor > BEHIND_EVENTS_MAX);
  }

  /** Sends what is no part of the log. */
  say(text: string): void {
    try {
      this.socket.send(text);
    } catch {
      // A dropped viewer disturbs nobody: it comes back with its cursor.
      this.#isGone = true;
    }
  }

  /** Sends of a stretch what may go now; who has had all of it is live. */
  send(frames: readonly Frame[], { from, head }: Stretch, now: number): void {
    let cursor = from;
    for (const frame of frames) {
      const readyAt = this.#flow.admitsAt(frame.bytes, now);
      if (readyAt > now) {
        this.#wait(cursor, readyAt, frame, now);
        return;
      }
      this.say(frame.text);
      if (this.#isGone) return;
      this.#flow.sent(frame, now);
      cursor = frame.last;
    }
    this.#readyAt = this.#flow.admitsAt(0, now);
    if (cursor >= head) this.#arrive(cursor);
    else this.#keep({ cursor, sent: cursor });
  }

  #wait(cursor: number, readyAt: number, next: Frame, now: number): void {
    this.#readyAt = readyAt;
    this.#keep({ cursor, sent: cursor, dueAt: this.#dueFor(cursor, readyAt, next, now) });
  }

  /** One who has been live is measured by the oldest event it has not had, one who has not by its silence. */
  #dueFor(cursor: number, readyAt: number, next: Frame, now: number): number | null {
    if (this.#kept.hasBeenLive) return Date.parse(next.at) + BEHIND_MS;
    if (readyAt !== Infinity) return null;
    const isSilent = cursor === this.#kept.cursor;
    return (isSilent ? this.#kept.dueAt : null) ?? now + BEHIND_MS;
  }

  #arrive(sent: number): void {
    const { cursor, unacked } = this.#kept;
    const isShort = (this.#window?.unacked ?? 0) - unacked >= KEPT_BYTES;
    if (cursor === null && !isShort) return;
    this.#keep({ cursor: null, sent, hasBeenLive: true, dueAt: null });
  }

  /** Takes an acknowledgement; true if there is more to send now. */
  acknowledge(seq: number | null): boolean {
    if (seq === null || this.#window?.acked(seq) !== true) return false;
    this.#readyAt = 0;
    this.#keep(this.#kept.hasBeenLive ? {} : { dueAt: null });
    return !this.isLive;
  }

  #keep(change: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...change, unacked: this.#window?.unacked ?? 0 };
    this.socket.serializeAttachment(this.#kept);
  }

  close(code: number, reason: string): void {
    this.#isGone = true;
    closeSafely(this.socket, code, reason);
  }
}
