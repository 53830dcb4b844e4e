// Makes foreign text storable: JSON of bounded size, without what databases and JSON refuse.

const DEPTH_MAX = 32;
const encoder = new TextEncoder();

export const jsonBytes = (value: unknown): number =>
  encoder.encode(JSON.stringify(value) ?? '').length;

/** Replaces NUL and lone surrogates; escape codes stay, readers take them away. */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll('\0', '\u{fffd}');

/** The same for every string of a JSON value; undefined where it is nested too deep. */
export const cleanValue = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEPTH_MAX) return undefined;
  if (Array.isArray(value)) return value.map((item: unknown) => cleanValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), cleanValue(item, depth + 1)]),
  );
};

/** Cuts text so that its JSON fits, and says at the end how much is missing. */
export const cutText = (text: string, bytesMax: number, alreadyDropped = 0): string => {
  if (alreadyDropped === 0 && text.length <= bytesMax && jsonBytes(text) <= bytesMax) return text;
  const mark = (dropped: number): string => ` … [cut: ${dropped} more characters]`;
  const room = bytesMax - jsonBytes(mark(Number.MAX_SAFE_INTEGER));
  let fits = 0;
  // A character is a byte at least.
  let tooLong = Math.min(text.length, bytesMax) + 1;
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (jsonBytes(text.slice(0, middle)) <= room) fits = middle;
    else tooLong = middle;
  }
  const dropped = alreadyDropped + text.length - fits;
  return text.slice(0, fits).toWellFormed() + mark(dropped);
};
