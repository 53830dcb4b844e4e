import { useComputed } from '@preact/signals';
import { now } from './clock.ts';
import { roughly } from './duration.ts';

/** How long ago an instant was, or how long until it comes; the instant itself on hover and for machines. */
export function Ago({ at, suffix = '' }: { readonly at: string; readonly suffix?: string }) {
  const text = useComputed(() => {
    const ms = Date.parse(at) - now.value;
    return ms > 0 ? `in ${roughly(ms)}` : `${roughly(-ms)}${suffix}`;
  });
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  );
}
