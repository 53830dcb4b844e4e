// The honest mark: what the stream of this page does, and up to which event it has been told.

import { line } from '../live/line-state.ts';
import { count } from '../parts/number.ts';

export function LiveMark() {
  const state = line.value;
  if (state === null) return <span class="live off">no stream</span>;
  const { phase, seq, caughtUp } = state;
  const at = `${phase} · seq ${count(seq)}`;
  if (phase === 'live') {
    return (
      <span class="live on" role="status" title="The last event that this page has been told">
        {at}
        {caughtUp !== null && ` · caught up ${count(caughtUp.events)} events in ${caughtUp.ms} ms`}
      </span>
    );
  }
  if (phase === 'ended') return <span class="live off">{at}</span>;
  if (phase === 'refused') return <span class="live bad">not allowed</span>;
  return (
    <span class="live wait" role="status">
      {phase === 'connecting' ? phase : at}
    </span>
  );
}
