// The honest mark: what the stream of this page does, and up to which event it has been told.

import { type LineState, line } from '../live/line-state.ts';
import { count } from '../parts/number.ts';

const LOOKS = {
  live: 'on',
  refused: 'bad',
  connecting: 'wait',
  reconnecting: 'wait',
};

/** A change of the phase is read aloud, and what was caught up; not each event that comes. */
export function LiveMark() {
  const state = line.value;
  if (state === null) return <span class="live off">no stream</span>;
  const { phase, seq, caughtUp } = state;
  const isRefused = phase === 'refused';
  return (
    <span class={`live ${LOOKS[phase]}`} title="The last event that this page has been told">
      <span role="status">{isRefused ? 'not allowed' : phase}</span>
      {!isRefused && phase !== 'connecting' && ` · seq ${count(seq)}`}
      <span role="status">{caughtUp !== null && wordsOf(caughtUp)}</span>
    </span>
  );
}

function wordsOf({ events, ms }: NonNullable<LineState['caughtUp']>): string {
  if (events === Infinity) return ' · read all again';
  return ` · caught up ${count(events)} event${events === 1 ? '' : 's'} in ${ms} ms`;
}
