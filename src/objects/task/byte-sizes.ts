const encoder = new TextEncoder();

const bytesOf = (text: string): number => encoder.encode(text).byteLength;

/** The bytes of each text. Where all of it is ASCII, one look tells. */
export function sizesOf(texts: readonly string[]): number[] {
  const all = texts.join('');
  const isAscii = bytesOf(all) === all.length;
  return texts.map((text) => (isAscii ? text.length : bytesOf(text)));
}
