import { useComputed } from '@preact/signals';
import { now } from './clock.ts';
import { agoOf } from './duration.ts';

/** How long ago an instant was, or how long until it comes; the instant itself on hover and for machines. */
export function Ago({ at, suffix = '' }: { readonly at: string; readonly suffix?: string }) {
  const text = useComputed(() => agoOf(Date.parse(at) - now.value, suffix));
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  );
}
