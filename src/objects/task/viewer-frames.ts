import type { StreamEvent } from '../../contract/event-page.ts';

/** Events of one frame of many. */
export const FRAME_EVENTS_MAX = 500;
/** What one frame of many holds; a larger event has a frame to itself. */
const FRAME_BYTES_MAX = 1_000_000;
const FRAME_END = ']}';

/** What is sent at once, made once for all who are sent it. */
export interface Frame {
  readonly text: string;
  readonly bytes: number;
  /** The cursor of a viewer who has had it. */
  readonly last: number;
  /** When its first event happened. */
  readonly at: string;
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).byteLength;

/** The bytes of each text. Where all of it is ASCII, one look tells. */
function sizesOf(texts: readonly string[]): number[] {
  const all = texts.join('');
  const isAscii = bytesOf(all) === all.length;
  return texts.map((text) => (isAscii ? text.length : bytesOf(text)));
}

const firstSeq = (event: StreamEvent): number =>
  event.type === 'stream:gap' ? event.data.from : event.seq;

/** The frames of these events, of which `texts` are the JSON: one each, or as few of many as hold them. */
export function framesOf(
  events: readonly StreamEvent[],
  texts: readonly string[],
  many: boolean,
): readonly Frame[] {
  const sizes = sizesOf(texts);
  const singles = events.map((event, index) => ({
    text: texts[index] ?? '',
    bytes: sizes[index] ?? 0,
    first: firstSeq(event),
    last: event.seq,
    at: event.timestamp,
  }));
  return many ? joined(singles) : singles;
}

type Single = Frame & { readonly first: number };

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
