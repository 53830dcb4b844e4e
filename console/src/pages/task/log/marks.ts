// Lines that are pointed at: `#L120` or `#L120-L140` in the address.

/** The numbers of the first and the last. */
export interface Marks {
  readonly from: number;
  readonly to: number;
}

/** What a hash points at, or null. */
export function marksIn(hash: string): Marks | null {
  const [, one, other = one] = /^#L(\d{1,15})(?:-L(\d{1,15}))?$/.exec(hash) ?? [];
  if (one === undefined) return null;
  const ends = [Number(one), Number(other)];
  return { from: Math.min(...ends), to: Math.max(...ends) };
}

/** The hash that points at one line, or at all from one to the other. */
export function hashOf(seq: number, other = seq): string {
  const [from, to] = [Math.min(seq, other), Math.max(seq, other)];
  return from === to ? `#L${from}` : `#L${from}-L${to}`;
}

export const isMarked = (marks: Marks | null, seq: number): boolean =>
  marks !== null && seq >= marks.from && seq <= marks.to;
