import { type Refusal, refuse } from '../../contract/error.ts';
import { LINE_FRAME_CHARS_MAX, LINE_FRAMES, LineFrame } from '../../contract/runner-socket.ts';

type Read =
  | { readonly ok: true; readonly frame: LineFrame }
  | { readonly ok: false; readonly refusal: Refusal; readonly re: string };

const NAME_CHARS_MAX = 100;

const unread = ({ refusal }: { readonly refusal: Refusal }, re = ''): Read => ({
  ok: false,
  refusal,
  re,
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By what a frame is called in a refusal: its claim, else its own name. */
function nameOf(value: object): string {
  const { requestId, t } = value as { requestId?: unknown; t?: unknown };
  const name = typeof requestId === 'string' ? requestId : t;
  return typeof name === 'string' ? name.slice(0, NAME_CHARS_MAX) : '';
}

/** Reads what a runner says on its line; what cannot be read is refused and changes nothing. */
export function readLineFrame(data: string | ArrayBuffer): Read {
  if (typeof data !== 'string') return unread(refuse('invalid_json', 'A frame is text'));
  if (data.length > LINE_FRAME_CHARS_MAX) {
    return unread(refuse('too_large', `A frame has ${LINE_FRAME_CHARS_MAX} characters or less`));
  }
  const value = parse(data);
  if (typeof value !== 'object' || value === null) {
    return unread(refuse('invalid_json', 'A frame is a JSON object'));
  }
  const frame = LineFrame.safeParse(value);
  if (frame.success) return { ok: true, frame: frame.data };
  const message = frame.error.issues[0]?.message ?? 'The frame is malformed.';
  return unread(refuse('invalid_request', message), nameOf(value));
}

const heard = new WeakMap<WebSocket, { since: number; frames: number }>();

/** Whether a line says more than a runner has to say. Counted in memory: who sleeps says nothing. */
export function isFlooding(socket: WebSocket, now: number): boolean {
  const count = heard.get(socket) ?? { since: now, frames: 0 };
  if (now - count.since >= LINE_FRAMES.withinMs) Object.assign(count, { since: now, frames: 0 });
  count.frames += 1;
  heard.set(socket, count);
  return count.frames > LINE_FRAMES.max;
}
