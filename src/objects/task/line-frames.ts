// Log lines in short: what a reader draws of a line, and not a byte more. A hundred thousand whole events are twice as long
// and take twice as long to read.

import type { TaskEvent } from '../../contract/event.ts';
import type { StreamEvent } from '../../contract/event-page.ts';
import { sizesOf } from './byte-sizes.ts';
import type { Frame } from './viewer-frames.ts';

/** Lines of one frame. */
export const FRAME_LINES_MAX = 1_000;
/** What one frame holds; a longer line has a frame to itself. */
const FRAME_BYTES_MAX = 256_000;
const FRAME_END = ']}';

export type LineEvent = Extract<TaskEvent, { type: 'log:entry' }>;

/** True for a log line that says all it has to say in short; one with metadata does not. */
export const isLine = (event: StreamEvent | undefined): event is LineEvent =>
  event?.type === 'log:entry' && event.data.metadata === undefined;

/** Frames of lines that follow one another: `[ms, level, stage, agent, message]` each, the n-th with the seq `from + n`. */
export function lineFrames(events: readonly LineEvent[]): Frame[] {
  const texts = events.map(textOf);
  const sizes = sizesOf(texts);
  const frames: Frame[] = [];
  for (let from = 0; from < events.length; ) {
    const start = `{"t":"logs","from":${events[from]?.seq ?? 0},"entries":[`;
    let bytes = start.length + FRAME_END.length - 1;
    let to = from;
    while (to < events.length && to - from < FRAME_LINES_MAX) {
      const size = (sizes[to] ?? 0) + 1;
      if (to > from && bytes + size > FRAME_BYTES_MAX) break;
      bytes += size;
      to += 1;
    }
    const text = start + texts.slice(from, to).join(',') + FRAME_END;
    const at = events[from]?.timestamp ?? '';
    frames.push({ text, bytes, last: events[to - 1]?.seq ?? 0, at });
    from = to;
  }
  return frames;
}

function textOf({ timestamp, data }: LineEvent): string {
  const { level, message, stage = '', agent = '', at = timestamp } = data;
  return JSON.stringify([Date.parse(at), level, stage, agent, message]);
}
