import type { StreamEvent } from '../../contract/event-page.ts';
import { sizesOf } from './byte-sizes.ts';
import { isLine, type LineEvent, lineFrames } from './line-frames.ts';

/** Events of one frame of many. */
export const FRAME_EVENTS_MAX = 500;
/** What one frame of many holds; a larger event has a frame to itself. */
const FRAME_BYTES_MAX = 1_000_000;
const FRAME_END = ']}';

/** How a viewer is served: an event a frame, many, or many with log lines in short. */
export type Serving = 'plain' | 'many' | 'compact';

/** What is sent at once, made once for all who are sent it. */
export interface Frame {
  readonly text: string;
  readonly bytes: number;
  /** The cursor of a viewer who has had it. */
  readonly last: number;
  /** When its first event happened. */
  readonly at: string;
}

type TextsOf = (events: readonly StreamEvent[]) => readonly string[];

const firstSeq = (event: StreamEvent): number =>
  event.type === 'stream:gap' ? event.data.from : event.seq;

/** The frames of these events, whose JSON `textsOf` has where it is wanted. */
export function framesOf(
  events: readonly StreamEvent[],
  textsOf: TextsOf,
  serving: Serving,
): readonly Frame[] {
  if (serving === 'plain') return singlesOf(events, textsOf(events));
  const wholes = (some: readonly StreamEvent[]): Frame[] => joined(singlesOf(some, textsOf(some)));
  return serving === 'many' ? wholes(events) : compacted(events, wholes);
}

/** Neighbouring log lines in short, and everything else whole, in their order. */
function compacted(
  events: readonly StreamEvent[],
  wholes: (events: readonly StreamEvent[]) => readonly Frame[],
): Frame[] {
  const frames: Frame[] = [];
  let lines: LineEvent[] = [];
  let others: StreamEvent[] = [];
  const end = (): void => {
    frames.push(...lineFrames(lines), ...wholes(others));
    [lines, others] = [[], []];
  };
  for (const event of events) {
    if (isLine(event)) {
      if (others.length > 0) end();
      lines.push(event);
    } else {
      if (lines.length > 0) end();
      others.push(event);
    }
  }
  end();
  return frames;
}

type Single = Frame & { readonly first: number };

function singlesOf(events: readonly StreamEvent[], texts: readonly string[]): Single[] {
  const sizes = sizesOf(texts);
  return events.map((event, index) => ({
    text: texts[index] ?? '',
    bytes: sizes[index] ?? 0,
    first: firstSeq(event),
    last: event.seq,
    at: event.timestamp,
  }));
}

function joined(singles: readonly Single[]): Frame[] {
  const frames: Frame[] = [];
  let run: Single[] = [];
  let bytes = 0;
  for (const single of singles) {
    const isFull = run.length === FRAME_EVENTS_MAX || bytes + single.bytes + 1 > FRAME_BYTES_MAX;
    if (run.length > 0 && isFull) {
      frames.push(join(run));
      run = [];
    }
    if (run.length === 0) bytes = frameStart(single).length + FRAME_END.length;
    run.push(single);
    bytes += single.bytes + 1;
  }
  return run.length === 0 ? frames : [...frames, join(run)];
}

const frameStart = ({ first }: Single): string => `{"t":"events","from":${first},"events":[`;

function join(run: readonly Single[]): Frame {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) throw new Error('A frame holds an event.');
  const text = frameStart(first) + run.map((single) => single.text).join(',') + FRAME_END;
  const commas = run.length - 1;
  const around = frameStart(first).length + FRAME_END.length + commas;
  const bytes = run.reduce((sum, single) => sum + single.bytes, around);
  return { text, bytes, last: last.last, at: first.at };
}
