// Where the rows of a log are, in pixels. Browsers clamp tall elements, so beyond a height the scrollbar stands for more than it has.

import { firstWhere } from './view.ts';

export const ROW_PX = 20;
/** What every browser can draw. */
export const SPACER_PX_MAX = 8_000_000;
/** Rows that are drawn above and below what is seen, and all that may be drawn. */
const BESIDE = 12;
const DRAWN_MAX = 80;

export interface Layout {
  readonly height: number;
  readonly topOf: (row: number) => number;
  readonly rowAt: (y: number) => number;
}

/** Rows of one height. */
export const even = (count: number): Layout => ({
  height: count * ROW_PX,
  topOf: (row) => row * ROW_PX,
  rowAt: (y) => Math.floor(y / ROW_PX),
});

/** Rows of which each is as many lines high as `tops` says: `tops[n]` is where the n-th begins, and its last member the end. */
export const uneven = (tops: readonly number[]): Layout => ({
  height: (tops.at(-1) ?? 0) * ROW_PX,
  topOf: (row) => (tops[row] ?? 0) * ROW_PX,
  rowAt: (y) => firstWhere(tops.length, (row) => (tops[row] ?? 0) * ROW_PX > y) - 1,
});

/** What of a layout is seen through a window of a height. */
export interface Seen {
  /** The height that stands for the whole. */
  readonly spacer: number;
  readonly first: number;
  /** The row behind the last. */
  readonly end: number;
  /** Where the first is put. */
  readonly top: number;
}

/** How many pixels of the log one pixel of the scrollbar stands for. */
const scaleOf = (height: number, window: number): number =>
  height <= SPACER_PX_MAX ? 1 : (height - window) / (SPACER_PX_MAX - window);

/** What is to be drawn of `count` rows where the window begins at `scrolled`. */
export function seen(layout: Layout, count: number, scrolled: number, window: number): Seen {
  const { height, rowAt, topOf } = layout;
  const y = yAt(layout, scrolled, window);
  const [from, to] = [rowAt(y), rowAt(y + window) + 1];
  const beside = Math.max(0, Math.min(BESIDE, (DRAWN_MAX - (to - from)) >> 1));
  const first = Math.max(0, Math.min(from - beside, count));
  const end = Math.min(count, to + beside);
  return { spacer: Math.min(height, SPACER_PX_MAX), first, end, top: scrolled + topOf(first) - y };
}

/** What of the log is at the top of the window where it is scrolled so far. */
export const yAt = ({ height }: Layout, scrolled: number, window: number): number =>
  scrolled * scaleOf(height, window);

/** Where to scroll to, so that `y` of the log is at the top of the window. */
export const scrolledTo = ({ height }: Layout, y: number, window: number): number =>
  Math.max(0, y) / scaleOf(height, window);
