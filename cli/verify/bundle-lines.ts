import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { BadEntry } from './bad-entry.ts';

/** The longest that a server writes: an artifact of 16 MiB in base64. */
const LINE_BYTES_MAX = 32 * 1_048_576;
const NEWLINE = 0x0a;

export interface RawLine {
  readonly number: number;
  readonly text: string;
  /** SHA-256 of all bytes before this line, in hexadecimal digits. */
  readonly digestBefore: () => string;
}

/** The lines of a bundle, one at a time. Each ends with a newline, the last one too, and is UTF-8. */
export async function* bundleLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const before = createHash('sha256');
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let number = 1;
  for await (const chunk of source) {
    let rest = chunk;
    for (let at = rest.indexOf(NEWLINE); at !== -1; at = rest.indexOf(NEWLINE)) {
      const bytes = Buffer.concat([...held, rest.subarray(0, at + 1)]);
      yield {
        number,
        text: decoded(decoder, bytes, number),
        digestBefore: () => before.copy().digest('hex'),
      };
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

const decoded = (decoder: TextDecoder, bytes: Uint8Array, number: number): string => {
  try {
    return decoder.decode(bytes.subarray(0, -1));
  } catch {
    throw new BadEntry(number, 'the line is not UTF-8');
  }
};
