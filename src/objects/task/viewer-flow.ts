// What holds a viewer back, so that nothing piles up for one who reads slowly: an object sees no end of a socket's buffer.

import type { Frame } from './viewer-frames.ts';

/** How much a viewer may be sent. */
export interface Flow {
  /** When a frame of this size may go; not after `now`: at once, `Infinity`: not before an acknowledgement. */
  admitsAt(bytes: number, now: number): number;
  sent(frame: Frame, now: number): void;
}

/** A plain viewer cannot say what it has read, so it is sent what any reader keeps up with. */
const EVENT_MS = 1_000 / 2_000;
const BYTE_MS = 1_000 / 2_097_152;
/** What was not used of this time may come at once: a page of any size goes out whole. */
const BURST_MS = 1_000;
/** Who has used it up is sent something again when a page's worth has gathered, not event by event. */
const STRIDE_MS = 250;

/** The pace of a plain viewer, kept as the time up to which it has been paid for. */
export class Pace implements Flow {
  #paidUntil = 0;

  admitsAt(_bytes: number, now: number): number {
    return this.#paidUntil <= now ? now : this.#paidUntil + STRIDE_MS;
  }

  sent({ bytes }: Frame, now: number): void {
    const paid = Math.max(this.#paidUntil, now - BURST_MS);
    this.#paidUntil = paid + Math.max(EVENT_MS, bytes * BYTE_MS);
  }
}

/** What a viewer of frames of many may have before it acknowledges. */
export const WINDOW_BYTES = 4_194_304;
/** Small frames are counted together up to this, so that few marks stand for many frames. */
const MARK_BYTES = 65_536;

interface Mark {
  /** The cursor that acknowledges it. */
  seq: number;
  bytes: number;
}

/** What a viewer has been sent and has not acknowledged yet. */
export class AckWindow implements Flow {
  readonly #marks: Mark[] = [];
  #unacked: number;

  constructor(seq: number, unacked: number) {
    if (unacked > 0) this.#marks.push({ seq, bytes: unacked });
    this.#unacked = unacked;
  }

  get unacked(): number {
    return this.#unacked;
  }

  #mark(): Mark {
    const mark = { seq: 0, bytes: 0 };
    this.#marks.push(mark);
    return mark;
  }

  admitsAt(bytes: number, now: number): number {
    return this.#unacked === 0 || this.#unacked + bytes <= WINDOW_BYTES ? now : Infinity;
  }

  sent({ last, bytes }: Frame): void {
    let mark = this.#marks.at(-1);
    if (mark === undefined || mark.bytes >= MARK_BYTES) mark = this.#mark();
    mark.seq = last;
    mark.bytes += bytes;
    this.#unacked += bytes;
  }

  /** True if that made room. */
  acked(seq: number): boolean {
    const before = this.#unacked;
    for (let mark = this.#marks[0]; mark !== undefined && mark.seq <= seq; mark = this.#marks[0]) {
      this.#marks.shift();
      this.#unacked -= mark.bytes;
    }
    return this.#unacked < before;
  }
}
