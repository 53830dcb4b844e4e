// Pointing at lines without a mouse, and taking along what is pointed at.

import { copy } from '../../../parts/copy.tsx';
import { place } from '../../../routing/place.ts';
import { useKeys } from '../../../shell/keys.ts';
import { marksIn } from './marks.ts';
import { wordsOf } from './texts.ts';
import type { ToolbarProps } from './toolbar.tsx';
import { rowAt } from './view.ts';

export interface PointingProps extends ToolbarProps {
  readonly show: (row: number) => void;
}

export function Pointing({ view, layout, scroller, marks, show }: PointingProps) {
  const top = (): number => layout.rowAt(scroller.seenFrom(layout));
  // Keys may come faster than the screen is painted: what is pointed at now is in the address.
  const marksNow = () => marksIn(place.peek().hash);
  const step = (by: 1 | -1): void => {
    const row = rowAt(view, marksNow());
    show(row === -1 ? top() : row + by);
  };
  const link = (): void => {
    if (marksNow() === null) show(top());
    void copy(place.peek().href, 'The link');
  };
  useKeys(
    [
      { key: 'j', does: 'Point at the next line', run: () => step(1) },
      { key: 'k', does: 'Point at the line before', run: () => step(-1) },
      { key: 'l', does: 'Copy the link to the line', run: link },
    ],
    [view, layout],
  );
  return (
    <>
      <button type="button" aria-label="↑ K: the line before" onClick={() => step(-1)}>
        ↑ <kbd>K</kbd>
      </button>
      <button type="button" aria-label="↓ J: the next line" onClick={() => step(1)}>
        ↓ <kbd>J</kbd>
      </button>
      <button type="button" onClick={link}>
        Copy link <kbd>L</kbd>
      </button>
      {marks !== null && (
        <button type="button" onClick={() => void copy(wordsOf(view, marks), 'The text')}>
          Copy text
        </button>
      )}
    </>
  );
}
