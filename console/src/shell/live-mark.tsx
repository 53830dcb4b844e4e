// The honest mark: what the stream of this page does, and up to which event it has been told.

import { type LineState, line } from '../live/line-state.ts';
import { count } from '../parts/number.ts';

const LOOKS = {
  live: 'on',
  refused: 'bad',
  connecting: 'wait',
  reconnecting: 'wait',
};

export function LiveMark() {
  const state = line.value;
  if (state === null) return <span class="live off">no stream</span>;
  return (
    <span
      class={`live ${LOOKS[state.phase]}`}
      role="status"
      title="The last event that this page has been told"
    >
      {words(state)}
    </span>
  );
}

function words({ phase, seq, caughtUp }: LineState): string {
  if (phase === 'connecting') return phase;
  if (phase === 'refused') return 'not allowed';
  const at = `${phase} · seq ${count(seq)}`;
  if (caughtUp === null) return at;
  const { events, ms } = caughtUp;
  if (events === Infinity) return `${at} · read all again`;
  return `${at} · caught up ${count(events)} event${events === 1 ? '' : 's'} in ${ms} ms`;
}
