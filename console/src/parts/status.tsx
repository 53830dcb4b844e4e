// A status by word, shape and colour, never by colour alone.

/** What it means for the reader. */
export type Tone = 'idle' | 'busy' | 'wait' | 'ok' | 'bad';

const TONES: Readonly<Record<string, Tone>> = {
  ...{ pending: 'idle', queued: 'idle', paused: 'wait', planning: 'busy', 'in-progress': 'busy' },
  ...{ 'waiting-approval': 'wait', completed: 'ok', failed: 'bad', cancelled: 'idle' },
  ...{ running: 'busy', online: 'ok', draining: 'wait', offline: 'idle', succeeded: 'ok' },
  ...{ open: 'bad', acknowledged: 'wait', resolved: 'ok', enabled: 'ok', disabled: 'bad' },
  ...{ retrying: 'wait', ready: 'wait', skipped: 'idle', up: 'ok', degraded: 'wait', down: 'bad' },
  ...{ delivered: 'ok', exhausted: 'bad', held: 'wait', approved: 'ok', rejected: 'bad' },
};
const SHAPES: Readonly<Record<Tone, string>> = {
  idle: '○',
  busy: '◐',
  wait: '◆',
  ok: '●',
  bad: '✕',
};

export const toneOf = (status: string): Tone => TONES[status] ?? 'idle';

/** `text` where the status has another name for people. */
export function Status({
  status,
  text = status,
}: {
  readonly status: string;
  readonly text?: string;
}) {
  const tone = toneOf(status);
  return (
    <span class={`status ${tone}`}>
      <span aria-hidden="true">{SHAPES[tone]}</span> {text}
    </span>
  );
}
