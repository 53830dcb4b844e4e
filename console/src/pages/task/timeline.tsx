import { now } from '../../parts/clock.ts';
import { clockOf } from '../../parts/duration.ts';
import { plain } from '../../parts/plain.ts';
import { query } from '../../routing/place.ts';
import { type Cell, cellsOf } from './course.ts';
import type { View } from './standing.ts';

const WORDS: Readonly<Record<Cell['state'], string>> = {
  ...{ todo: 'to come', busy: 'at work', wait: 'waits', ok: 'done', bad: 'failed' },
  skipped: 'skipped',
};
const GATE_WORDS: Readonly<Record<string, string>> = {
  ...{ ok: 'approved', bad: 'not approved', skipped: 'not asked' },
};

interface TimelineProps {
  readonly view: View;
  readonly pick: (cell: Cell) => void;
}

/** The stages and gates of the task in their order; a click shows the log of one stage alone. */
export function Timeline({ view, pick }: TimelineProps) {
  const cells = cellsOf(view.at === null ? { ...view, ms: now.value } : view);
  const picked = query('stage');
  return (
    <ol class="timeline list" aria-label="Stages and gates">
      {cells.map((cell) => (
        <li key={cell.key} class={cell.state}>
          <button
            type="button"
            class="plain"
            aria-pressed={picked !== '' && picked === cell.stage}
            title={view.at === null ? 'Show the log of this stage alone' : 'Go to its last moment'}
            onClick={() => pick(cell)}
          >
            <b>
              {plain(cell.name)}
              {cell.kind === 'gate' && ' gate'}
            </b>
            <span class="muted small">{wordsOf(cell)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function wordsOf({ kind, state, ms, tries }: Cell): string {
  const word = (kind === 'gate' && GATE_WORDS[state]) || WORDS[state];
  const time = ms === null ? '' : ` ${clockOf(ms)}`;
  return `${word}${time}${tries > 1 ? ` · ${kind === 'stage' ? 'try' : 'asked'} ${tries}` : ''}`;
}
