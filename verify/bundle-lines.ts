import { BadEntry } from './bad-entry.ts';
import type { RunningDigest } from './digest.ts';

/** The longest that a server writes: an artifact of 16 MiB in base64. */
const LINE_BYTES_MAX = 32 * 1_048_576;
const NEWLINE = 0x0a;

export interface RawLine {
  readonly number: number;
  readonly text: string;
  /** SHA-256 of all bytes before this line, in hexadecimal digits. */
  readonly digestBefore: () => Promise<string>;
}

/** The lines of a bundle, one at a time. Each ends with a newline, the last one too, and is UTF-8. */
export async function* bundleLines(
  source: AsyncIterable<Uint8Array>,
  before: RunningDigest,
): AsyncGenerator<RawLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let number = 1;
  for await (const chunk of source) {
    let rest = chunk;
    for (let at = rest.indexOf(NEWLINE); at !== -1; at = rest.indexOf(NEWLINE)) {
      const bytes = joined([...held, rest.subarray(0, at + 1)]);
      yield { number, text: decoded(decoder, bytes, number), digestBefore: before.hex };
      before.update(bytes);
      [held, heldBytes, number] = [[], 0, number + 1];
      rest = rest.subarray(at + 1);
    }
    held.push(rest);
    heldBytes += rest.byteLength;
    if (heldBytes > LINE_BYTES_MAX) throw new BadEntry(number, 'the line is too long');
  }
  if (heldBytes > 0) throw new BadEntry(number, 'the line does not end: the file was cut');
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
};

const decoded = (decoder: TextDecoder, bytes: Uint8Array, number: number): string => {
  try {
    return decoder.decode(bytes.subarray(0, -1));
  } catch {
    throw new BadEntry(number, 'the line is not UTF-8');
  }
};
