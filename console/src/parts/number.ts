// Numbers for people. Money is exact: what is charged is shown, to four decimals where there are any.

const COUNT = new Intl.NumberFormat('en-US');

export const count = (value: number): string => COUNT.format(value);

/** Dollars: two decimals, or four where the third or fourth says something. */
export function dollars(value: number): string {
  const four = value.toFixed(4);
  return `$${four.endsWith('00') ? value.toFixed(2) : four}`;
}

const UNITS: readonly (readonly [name: string, bytes: number])[] = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
];

export function bytes(value: number): string {
  for (const [name, unit] of UNITS)
    if (value >= unit) return `${(value / unit).toFixed(1)} ${name}`;
  return `${value} B`;
}
