import { BATCH } from '../../contract/batch.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import { faultOf } from '../../contract/json-depth.ts';
import { FRAME_BYTES_MAX, RUNNER_FRAMES, type RunnerFrame } from '../../contract/session.ts';

/** A frame that has been read so far: its name is known, its members are not checked. */
export interface ReadFrame {
  readonly t: RunnerFrame['t'];
  readonly members: Readonly<Record<string, unknown>>;
  /** Why it is refused, whatever it says: the session goes on. */
  readonly fault: Result<null>;
}

const ERRORS_MAX = 10;

/** What a frame may hold that is no batch, as a body over HTTP. */
const OTHER_BYTES_MAX = 262_144;

const encoder = new TextEncoder();

/** Counts exactly only where it matters. */
function isOver(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && encoder.encode(text).byteLength > maxBytes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is allowed to be inside. The events of a batch are looked at one by one. */
function faultIn(text: string, t: RunnerFrame['t'], members: object): Result<null> {
  const maxBytes = t === 'events' ? BATCH.bytes : OTHER_BYTES_MAX;
  if (isOver(text, maxBytes)) {
    return refuse('too_large', `A frame of this kind has ${maxBytes} bytes or less`);
  }
  const fault = t === 'events' ? null : faultOf(members);
  return fault === null ? ok(null) : refuse('invalid_json', fault);
}

/** Reads a frame. A refusal ends the session: what speaks so is no runner of this protocol. */
export function readFrame(message: string | ArrayBuffer): Result<ReadFrame> {
  if (typeof message !== 'string') return refuse('invalid_json', 'A frame is text');
  if (isOver(message, FRAME_BYTES_MAX)) {
    return refuse('too_large', `A frame has ${FRAME_BYTES_MAX} bytes or less`);
  }
  const value = parse(message);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('invalid_json', 'A frame is a JSON object');
  }
  const { t, ...members } = value as Record<string, unknown>;
  if (!isName(t)) {
    return refuse('invalid_request', `T must be one of: ${[...RUNNER_FRAMES].join(', ')}`);
  }
  return ok({ t, members, fault: faultIn(message, t, members) });
}

const isName = (t: unknown): t is RunnerFrame['t'] => RUNNER_FRAMES.has(t);

/** The events of a frame as the batch over HTTP has them. What is no list is left for the schema to judge. */
export function eventsOf({ n, e }: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(e)) return e;
  return e.map((tuple: unknown, index) => {
    if (!Array.isArray(tuple)) return null;
    const [type, data, at] = tuple as readonly unknown[];
    const event = { n: typeof n === 'number' ? n + index : n, type, data };
    return at === undefined ? event : { ...event, at };
  });
}

/** A schema of the contract, as far as it is needed here. */
interface Schema<T> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly Issue[] };
      };
}
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What a schema makes of the members of a frame, or what is wrong with them, as over HTTP. */
export function checked<T>(schema: Schema<T>, members: unknown): Result<T> {
  const read = schema.safeParse(members);
  if (read.success) return ok(read.data);
  const errors = read.error.issues.slice(0, ERRORS_MAX).map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }));
  return refuse('invalid_request', errors[0]?.message ?? 'The frame is malformed.', { errors });
}
