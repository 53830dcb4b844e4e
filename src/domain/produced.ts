// What producers send, checked once for both wires: a batch over HTTP, a frame of a session.

import { EVENT_BYTES_MAX, ProducedEvent } from '../contract/batch.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { faultOf } from '../contract/json-depth.ts';
import { type PlainType, PRODUCED, ProducedUsage } from '../contract/produced.ts';
import type { Produced } from './command.ts';
import { plainLog } from './plain-log.ts';

const isPlain = (type: string): type is PlainType => Object.hasOwn(PRODUCED, type);

/** A runner's clock is kept beside ours when it is not far off. */
const CLOCK_MS = 300_000;

/** The batch, the list and the event that the data of an event stands in. */
const LEVELS_ABOVE = 3;

function bad(index: number, message: string) {
  return refuse('invalid_event', `Event ${index}: ${message}`, { index });
}

interface Wrong {
  readonly issues: readonly {
    readonly path: readonly PropertyKey[];
    readonly message: string;
  }[];
}

/** What is wrong, and with which member: a schema says only how one has to be. */
function why({ issues: [first] }: Wrong, at: readonly string[] = []): string {
  if (first === undefined) return 'no event';
  const path = [...at, ...first.path].map(String).join('.');
  return path === '' ? first.message : `${path}: ${first.message}`;
}

function withTime(data: Record<string, unknown>, at: string | undefined, now: number) {
  return at !== undefined && Math.abs(Date.parse(at) - now) <= CLOCK_MS ? { ...data, at } : data;
}

/** Reads any event by the schema of its type. */
export function readBySchema(raw: unknown, index: number, now: number): Result<Produced> {
  const envelope = ProducedEvent.safeParse(raw);
  if (!envelope.success) return bad(index, why(envelope.error));
  const { n, type, at, data } = envelope.data;
  if (JSON.stringify(raw).length > EVENT_BYTES_MAX) {
    return bad(index, `larger than ${EVENT_BYTES_MAX} bytes`);
  }
  const fault = faultOf(data, LEVELS_ABOVE);
  if (fault !== null) return bad(index, fault);
  if (type === 'usage:report') {
    const usage = ProducedUsage.safeParse(data);
    if (!usage.success) return bad(index, why(usage.error, ['data']));
    return ok({ n, type, data: usage.data });
  }
  if (!isPlain(type)) return bad(index, 'an unknown type');
  const plain = PRODUCED[type].safeParse(data);
  if (!plain.success) return bad(index, why(plain.error, ['data']));
  return ok({ n, type, data: withTime(plain.data, at, now) });
}

function readOne(raw: unknown, index: number, now: number): Result<Produced> {
  const line = plainLog(raw);
  if (line === undefined) return readBySchema(raw, index, now);
  return ok({ n: line.n, type: 'log:entry', data: withTime(line.data, line.at, now) });
}

/** Checks a batch. One bad event refuses it whole, with its index. */
export function readProduced(events: readonly unknown[], now: number): Result<Produced[]> {
  const produced: Produced[] = [];
  for (const [index, raw] of events.entries()) {
    const one = readOne(raw, index, now);
    if (!one.ok) return one;
    produced.push(one.value);
  }
  return ok(produced);
}
