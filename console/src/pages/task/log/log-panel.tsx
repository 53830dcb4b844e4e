// The log of a task: what was said, as it is said, however much it is.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { TaskStream } from '../../../live/task-stream.ts';
import { later } from '../../../parts/later.tsx';
import { go, place, query } from '../../../routing/place.ts';
import { even } from './layout.ts';
import { Lines } from './lines.tsx';
import './log.css';
import { hashOf, marksIn } from './marks.ts';
import { isWrapped } from './options.ts';
import { Scroller } from './scroller.ts';
import { finderOf, View } from './view.ts';
import type { Wrapping } from './wrapped.ts';

// The lines come first.
const NoLines = later(() => import('./no-lines.tsx').then((one) => one.NoLines));
const Toolbar = later(() => import('./toolbar.tsx').then((one) => one.Toolbar));

interface LogPanelProps {
  readonly stream: TaskStream;
  /** The stage whose lines are shown; an empty text: all. */
  readonly stage: string;
  /** The last event that is shown; null: all that comes. */
  readonly until: number | null;
}

/** The lines of a task, live. */
export function LogPanel({ stream, stage, until }: LogPanelProps) {
  const [agent, level, words, only] = [query('agent'), query('level'), query('q'), query('only')];
  const view = useMemo(() => {
    const levels = level.split(',').filter(Boolean);
    const find = finderOf(words);
    return new View(stream.lines, { stage, agent, levels, until, find, isOnly: only !== '' });
  }, [stream, stage, until, agent, level, words, only]);
  if (stream.version.value > 0) view.grow();
  const marks = marksIn(place.value.hash);
  const { from } = marks ?? {};
  const scroller = useMemo(() => new Scroller(from === undefined), [stream]);
  useEffect(() => {
    if (from !== undefined) scroller.seek(from);
  }, [from, scroller]);
  const pick = (seq: number, isRange: boolean): void =>
    go(hashOf(isRange && from !== undefined ? from : seq, seq), { replace: true });
  const wrapping = useWrapping();
  const layout = wrapping?.layoutOf(view) ?? even(view.rows.length);
  return (
    <section class="panel log" aria-label="Log">
      <Toolbar {...{ stream, view, layout, scroller, marks, pick }} />
      {view.rows.length === 0 && <NoLines stream={stream} />}
      <Lines {...{ view, layout, scroller, marks, pick, wrapping }} />
    </section>
  );
}

/** What knows how high lines are that go on below; null where none do. */
function useWrapping(): Wrapping | null {
  const wrapping = useSignal<Wrapping | null>(null);
  const isOn = isWrapped();
  useEffect(() => {
    if (isOn)
      void import('./wrapped.ts').then((loaded) => {
        wrapping.value = new loaded.Wrapping();
      });
  }, [isOn]);
  return isOn ? wrapping.value : null;
}
