// What stands above the log: how much there is, the search, and what else can be done with it.

import { useSignal } from '@preact/signals';
import type { TaskStream } from '../../../live/task-stream.ts';
import { count } from '../../../parts/number.ts';
import { query } from '../../../routing/place.ts';
import { useKeys } from '../../../shell/keys.ts';
import type { Layout } from './layout.ts';
import type { Marks } from './marks.ts';
import type { Scroller } from './scroller.ts';
import { Search } from './search.tsx';
import { Tools } from './tools.tsx';
import { rowAt, type View } from './view.ts';

export interface ToolbarProps {
  readonly stream: TaskStream;
  readonly view: View;
  readonly layout: Layout;
  readonly scroller: Scroller;
  readonly marks: Marks | null;
  /** Points at a line; `isRange`: and at all between it and the one before. */
  readonly pick: (seq: number, isRange: boolean) => void;
}

const isFiltered = (): boolean => ['agent', 'level', 'only'].some((name) => query(name) !== '');

export function Toolbar(props: ToolbarProps) {
  const { stream, view, layout, scroller, marks, pick } = props;
  // On a phone they would take the place of the lines.
  const isOpen = useSignal(isFiltered() || matchMedia('(width >= 700px)').matches);
  const follow = (): void => {
    scroller.isFollowing.value = !scroller.isFollowing.peek();
  };
  useKeys([{ key: 'f', does: 'Follow the log', run: follow }], [scroller]);
  const row = rowAt(view, marks);
  const show = (next: number): void => {
    const line = view.line(Math.max(0, Math.min(next, view.rows.length - 1)));
    if (line !== undefined) pick(line.seq, false);
  };
  const from = row === -1 ? layout.rowAt(scroller.seenFrom(layout)) : row;
  const [shown, all] = [view.rows.length, stream.lines.length];
  return (
    <div class="stack">
      <div class="row">
        <span class="muted number">
          {shown === all ? '' : `${count(shown)} of `}
          {count(all)} {all === 1 ? 'line' : 'lines'}
        </span>
        <Search {...{ view, from, show }} isAt={row !== -1} />
        <button
          type="button"
          class="push"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          Tools
        </button>
        <button type="button" aria-pressed={scroller.isFollowing.value} onClick={follow}>
          Follow <kbd>F</kbd>
        </button>
      </div>
      {isOpen.value && <Tools {...props} show={show} />}
    </div>
  );
}
