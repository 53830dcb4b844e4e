// How many values were about so large: small enough to be kept a day, and added up over days and places.

/** A step of a tenth or less: a quantile is wrong by half of it at most. */
const STEPS_AN_OCTAVE = 8;

export interface Histogram {
  /** How many by step; a step is `round(8 · log2(value + 1))`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly max: number | null;
}

export const EMPTY_HISTOGRAM: Histogram = { counts: {}, max: null };

/** With one value more, of nought or above. */
export function counted({ counts, max }: Histogram, value: number): Histogram {
  const step = String(Math.round(STEPS_AN_OCTAVE * Math.log2(value + 1)));
  return {
    counts: { ...counts, [step]: (counts[step] ?? 0) + 1 },
    max: Math.max(max ?? 0, value),
  };
}

export function sumOfHistograms(all: readonly Histogram[]): Histogram {
  const counts: Record<string, number> = {};
  let max: number | null = null;
  for (const one of all) {
    for (const [step, count] of Object.entries(one.counts)) {
      counts[step] = (counts[step] ?? 0) + count;
    }
    if (one.max !== null) max = Math.max(max ?? 0, one.max);
  }
  return { counts, max };
}

/** About the `share` quantile, by nearest rank and never above the maximum; null of nothing. */
export function quantileOf({ counts, max }: Histogram, share: number): number | null {
  const steps = Object.keys(counts)
    .map(Number)
    .sort((one, other) => one - other);
  const total = steps.reduce((sum, step) => sum + (counts[step] ?? 0), 0);
  if (total === 0 || max === null) return null;
  let rest = Math.max(1, Math.ceil(share * total));
  for (const step of steps) {
    rest -= counts[step] ?? 0;
    if (rest <= 0) return Math.min(max, Math.round(2 ** (step / STEPS_AN_OCTAVE) - 1));
  }
  return max;
}
