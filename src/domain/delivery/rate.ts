/** Of a second's worth that may go at once, so that a rate is kept over any second but for this much. */
const BURST = 0.1;

/** A bucket of tokens, of which each delivery takes one. */
export interface Bucket {
  readonly tokens: number;
  /** When it held so many, in milliseconds. */
  readonly at: number;
}

export const FULL: Bucket = { tokens: Number.POSITIVE_INFINITY, at: 0 };

const filled = ({ tokens, at }: Bucket, perSecond: number, now: number): number => {
  const size = Math.max(1, perSecond * BURST);
  return Math.min(size, tokens + (Math.max(0, now - at) * perSecond) / 1_000);
};

/** The bucket without one more token; null: there is none yet. */
export function takeToken(bucket: Bucket, perSecond: number, now: number): Bucket | null {
  const tokens = filled(bucket, perSecond, now);
  return tokens < 1 ? null : { tokens: tokens - 1, at: now };
}

/** When there is a token, in milliseconds, whole ones. */
export function tokenAt(bucket: Bucket, perSecond: number, now: number): number {
  const missing = 1 - filled(bucket, perSecond, now);
  return missing <= 0 ? now : now + Math.ceil((missing * 1_000) / perSecond);
}
