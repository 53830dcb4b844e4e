// The body of an event that leaves a project: made once, small enough for every receiver, without secrets.

import { EVENT_BYTES_MAX } from '../contract/platform-event.ts';
import { redactMembers } from './redact.ts';

/** An event before it is written, as plain data. */
export interface Envelope {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly apiVersion: string;
  readonly projectId: string;
  readonly environment: string | null;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Texts are cut to the first of these lengths with which the event fits. */
const TEXT_LIMITS = [4_000, 1_000, 250, 60] as const;
const ITEMS_MAX = 20;
export const CUT_MARK = '… [cut]';

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength;
const fits = (text: string): boolean =>
  // A character takes three bytes at most: most events need not be measured.
  text.length * 3 <= EVENT_BYTES_MAX || bytesOf(text) <= EVENT_BYTES_MAX;

function cut(value: unknown, chars: number): unknown {
  if (typeof value === 'string') {
    return value.length <= chars ? value : value.slice(0, chars).toWellFormed() + CUT_MARK;
  }
  if (Array.isArray(value)) {
    // Lists are shortened only where texts have to be short as well.
    const items = chars > 250 ? value : value.slice(0, ITEMS_MAX);
    return items.map((item) => cut(item, chars));
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, cut(member, chars)]),
  );
}

/** The event as JSON of at most 20 KB. */
function fullOf(event: Envelope): string {
  const whole = JSON.stringify(event);
  if (fits(whole)) return whole;
  for (const chars of TEXT_LIMITS) {
    const shorter = JSON.stringify({ ...event, data: cut(event.data, chars) });
    if (fits(shorter)) return shorter;
  }
  return thinOf(event);
}

const isKey = (name: string): boolean =>
  name === 'id' ||
  name === 'revision' ||
  name === 'type' ||
  name === 'seq' ||
  /(Id|Seq)$/.test(name);

/** No id of ours is longer. */
const isShort = (value: unknown): boolean => typeof value !== 'string' || value.length <= 200;

function thin(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS_MAX).map(thin);
    return items.some((item) => item !== undefined) ? items : undefined;
  }
  if (!isMap(value)) return undefined;
  const kept = Object.entries(value).flatMap(([name, member]) => {
    if (typeof member === 'object' && member !== null) {
      const inner = thin(member);
      return inner === undefined ? [] : [[name, inner] as const];
    }
    return isKey(name) && isShort(member) ? [[name, member] as const] : [];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function thinOf(event: Envelope): string {
  const text = JSON.stringify({ ...event, data: thin(event.data) ?? {} });
  return fits(text) ? text : JSON.stringify({ ...event, data: {} });
}

/**
 * The event as JSON of at most 20 KB, with secrets that can be recognised masked: whole, and thin, with nothing in its
 * data but ids and revisions, for receivers that ask for the rest themselves.
 */
export function payloadsOf(event: Envelope): { readonly full: string; readonly thin: string } {
  const clean = { ...event, data: redactMembers(event.data) };
  return { full: fullOf(clean), thin: thinOf(clean) };
}
