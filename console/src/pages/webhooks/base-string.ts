// What is signed, and where two readings of it part. Pure.

/** The text under a signature: id, timestamp and the raw body; null where a header is missing. */
export function baseStringOf(
  headers: Readonly<Record<string, string>>,
  body: string,
): string | null {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  return id === '' || timestamp === '' ? null : `${id}.${timestamp}.${body}`;
}

/** A header by its name in lower case, or an empty text. */
export const headerOf = (headers: Readonly<Record<string, string>>, name: string): string =>
  Object.entries(headers)
    .find(([key]) => key.toLowerCase() === name)?.[1]
    .trim() ?? '';

/** Headers out of what people paste: JSON, or a line each as curl, proxies and browsers print them. */
export function readHeaders(text: string): Readonly<Record<string, string>> {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return headersOfJson(trimmed);
  const headers: Record<string, string> = {};
  for (const line of trimmed.split('\n')) {
    const match = /^[<>\s]*([\w-]+)\s*[:=]\s*(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined) headers[match[1]] = match[2] ?? '';
  }
  return headers;
}

function headersOfJson(text: string): Readonly<Record<string, string>> {
  try {
    // Whatever was pasted: each value is made a text.
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
  } catch {
    return {};
  }
}

export interface Difference {
  /** The place of the first character that differs, from 0. */
  readonly at: number;
  /** What both have right before it. */
  readonly before: string;
  readonly ours: string;
  readonly theirs: string;
}

const AROUND = 40;

/** Where two texts part, with a little of both around it; null: they are the same. */
export function differenceOf(ours: string, theirs: string): Difference | null {
  if (ours === theirs) return null;
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at += 1;
  return {
    at,
    before: shown(ours.slice(Math.max(0, at - AROUND), at)),
    ours: shown(ours.slice(at, at + AROUND)) || '(the end)',
    theirs: shown(theirs.slice(at, at + AROUND)) || '(the end)',
  };
}

const MARKS: Readonly<Record<string, string>> = {
  ...{ '\n': '␊', '\r': '␍', '\t': '␉', ' ': '·', '\ufeff': '[BOM]' },
};

/** White space by its picture, so that one can see it. */
const shown = (text: string): string =>
  text.replace(/[\n\r\t \ufeff]/g, (one) => MARKS[one] ?? one);
