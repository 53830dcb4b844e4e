import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Refusal } from '../api/ask.ts';
import { Refused } from './refused.tsx';
import { Why } from './why.tsx';

/** Before it nothing is said of the wait: most answers are there sooner. */
const QUIET_MS = 200;

interface ReadProps<T> {
  readonly of: {
    readonly value: Signal<T | null>;
    readonly refusal: Signal<Refusal | null>;
    readonly again: () => void;
  };
  readonly children: (value: T) => ComponentChildren;
}

/** What was read, or why not, or that it is being read. What was there stays while it is read again. */
export function Read<T>({ of: { value, refusal, again }, children }: ReadProps<T>) {
  const read = value.value;
  if (read === null) {
    return refusal.value === null ? <Wait /> : <Refused refusal={refusal.value} again={again} />;
  }
  return (
    <>
      <Why refusal={refusal.value} />
      {children(read)}
    </>
  );
}

function Wait() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLong ? <p class="muted">Reading…</p> : null;
}
