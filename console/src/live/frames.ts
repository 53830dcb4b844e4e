// What comes faster than the screen is painted is taken in once a painted frame.

/** A page in the background is not painted; it goes on taking in, slowly. */
const HIDDEN_MS = 500;

export interface Frames<T> {
  readonly push: (item: T) => void;
  /** Takes in at once what has come. */
  readonly flush: () => void;
  /** Forgets what has come. */
  readonly stop: () => void;
}

/** Gives all that was pushed since the last painted frame to `take`, in order. */
export function inFrames<T>(take: (items: readonly T[]) => void): Frames<T> {
  let items: T[] = [];
  let cancel: (() => void) | null = null;
  const flush = (): void => {
    cancel?.();
    cancel = null;
    const taken = items;
    items = [];
    if (taken.length > 0) take(taken);
  };
  const plan = (): (() => void) => {
    const frame = requestAnimationFrame(flush);
    // A page in the background, also one that goes there before it was painted, would keep what has come.
    const timer = setTimeout(flush, HIDDEN_MS);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  };
  return {
    push: (item) => {
      items.push(item);
      cancel ??= plan();
    },
    flush,
    stop: () => {
      cancel?.();
      cancel = null;
      items = [];
    },
  };
}
