// The log of a task: what was said, as it is said.

import type { TaskStream } from '../../../live/task-stream.ts';
import { count } from '../../../parts/number.ts';
import { plain } from '../../../parts/plain.ts';

/** Lines that are drawn. */
const DRAWN_MAX = 200;

interface LogPanelProps {
  readonly stream: TaskStream;
  /** The stage whose lines are shown; an empty text: all. */
  readonly stage: string;
  /** The last event that is shown; null: all that comes. */
  readonly until: number | null;
}

/** The lines of a task, live. */
export function LogPanel({ stream, stage, until }: LogPanelProps) {
  const isShown = stream.version.value >= 0;
  const lines = stream.lines.filter(
    (line) => isShown && (stage === '' || line.stage === stage) && line.seq <= (until ?? Infinity),
  );
  return (
    <section class="panel stack" aria-label="Log">
      <p class="muted">{count(lines.length)} lines</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard. */}
      <pre role="log" aria-live="off" aria-label="Lines" tabIndex={0}>
        {lines
          .slice(-DRAWN_MAX)
          .map(({ message }) => `${plain(message)}\n`)
          .join('')}
      </pre>
    </section>
  );
}
