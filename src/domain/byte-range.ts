/** The first and the last byte. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The one range of bytes that a field Range asks for (RFC 9110 §14.2). Null for any other wish, several ranges or one
 * beyond the end: then the whole is sent, as it may be.
 */
export function rangeIn(field: string | undefined, size: number): ByteRange | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(field ?? '') ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from > to ? null : { from, to };
}
