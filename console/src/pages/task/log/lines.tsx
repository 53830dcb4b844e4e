// The lines that are seen, of however many there are.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { type Layout, scrolledTo, seen } from './layout.ts';
import { isMarked, type Marks } from './marks.ts';
import { isWrapped } from './options.ts';
import { Row } from './row.tsx';
import type { Scroller } from './scroller.ts';
import type { View } from './view.ts';
import type { Wrapping } from './wrapped.ts';

interface LinesProps {
  readonly view: View;
  readonly layout: Layout;
  readonly scroller: Scroller;
  readonly marks: Marks | null;
  /** Somebody has clicked the number of a line; `isRange`: with the shift key. */
  readonly pick: (seq: number, isRange: boolean) => void;
  readonly wrapping: Wrapping | null;
}

export function Lines({ view, layout, scroller, marks, pick, wrapping }: LinesProps) {
  const box = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLDivElement>(null);
  const widest = useRef(0);
  useEffect(() => (box.current === null ? undefined : scroller.attach(box.current)), [scroller]);
  const [height] = [scroller.height.value, scroller.width.value, scroller.seeks.value];
  const atEnd = Math.max(0, scrolledTo(layout, layout.height - height, height));
  const scrolled = scroller.isFollowing.value ? atEnd : Math.min(scroller.scrolled.value, atEnd);
  const window = seen(layout, view.rows.length, scrolled, height);
  useLayoutEffect(() => {
    if (spacer.current === null || block.current === null) return;
    spacer.current.style.height = `${window.spacer}px`;
    block.current.style.transform = `translateY(${window.top}px)`;
    // A width that shrank with the lines that are drawn would move them sideways.
    widest.current = wrapping !== null ? 0 : Math.max(widest.current, block.current.offsetWidth);
    block.current.style.minWidth = `max(100%, ${widest.current}px)`;
    wrapping?.drawn(block.current, window.first);
    scroller.settle();
    scroller.reach(view, layout);
  });
  const rows = [];
  for (let row = window.first; row < window.end; row++) {
    const line = view.line(row);
    if (line !== undefined)
      rows.push(
        <Row key={line.seq} line={line} isMarked={isMarked(marks, line.seq)} find={view.find} />,
      );
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: J, K and L do the same.
    <div
      ref={box}
      class="lines"
      role="log"
      aria-live="off"
      aria-label="Lines of the log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard.
      tabIndex={0}
      onClick={(event) => {
        const link = event.target instanceof Element ? event.target.closest('a') : null;
        if (link === null || event.metaKey || event.ctrlKey) return;
        event.preventDefault();
        pick(Number(link.hash.slice(2)), event.shiftKey);
      }}
    >
      <div ref={spacer} />
      <div ref={block} class={isWrapped() ? 'wrapped' : ''}>
        {rows}
      </div>
    </div>
  );
}
