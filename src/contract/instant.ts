/** A time in milliseconds as it is shown, in UTC. */
export const isoOf = (ms: number): string => new Date(ms).toISOString();

export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms));
