/** The smallest of the values that so many per cent of them do not pass; 0 where there are none. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const at = Math.ceil((sorted.length * percent) / 100) - 1;
  return sorted[Math.max(0, at)] ?? 0;
};
