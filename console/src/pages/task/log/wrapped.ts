// How high the lines of a log are when long ones go on below. It is reckoned from their letters, and put right when they are drawn:
// some scripts are wider than the others.

import { signal } from '@preact/signals';
import { textOf } from './ansi.ts';
import { type Layout, ROW_PX, uneven } from './layout.ts';
import type { View } from './view.ts';

export class Wrapping {
  readonly #turn = signal(0);
  #view: View | null = null;
  /** Letters of one width that a line has room for; 0: nothing has been drawn yet. */
  #columns = 0;
  /** Where each row begins, in lines of the screen; at last where the end is. */
  #tops: number[] = [0];

  /** Where the rows are, as far as it is known; a component that asks is drawn again when it is known better. */
  layoutOf(view: View): Layout {
    if (this.#turn.value < 0 || view !== this.#view) this.#begin(view);
    for (let row = this.#tops.length - 1; row < view.rows.length; row++) {
      const { message = '' } = view.line(row) ?? {};
      this.#tops.push((this.#tops[row] ?? 0) + this.#heightOf(message));
    }
    return uneven(this.#tops);
  }

  #begin(view: View): void {
    this.#view = view;
    this.#tops = [0];
  }

  #heightOf(message: string): number {
    const columns = this.#columns || Infinity;
    if (message.length <= columns && !message.includes('\n')) return 1;
    const lines = textOf(message).split('\n');
    return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  }

  /** Looks at rows as they were drawn, from `first` on. */
  drawn(block: HTMLElement, first: number): void {
    const columns = columnsOf(block);
    if (columns === 0 || this.#view === null) return;
    if (columns !== this.#columns) this.#begin(this.#view);
    else if (!this.#correct(block.children, first)) return;
    this.#columns = columns;
    this.#turn.value += 1;
  }

  /** True if a row is not as high as was thought. */
  #correct(rows: Iterable<Element>, first: number): boolean {
    let row = first;
    let isWrong = false;
    for (const { clientHeight } of rows) {
      const was = (this.#tops[row + 1] ?? 0) - (this.#tops[row] ?? 0);
      const wrong = Math.round(clientHeight / ROW_PX) - was;
      row += 1;
      if (wrong === 0) continue;
      isWrong = true;
      for (let later = row; later < this.#tops.length; later++)
        this.#tops[later] = (this.#tops[later] ?? 0) + wrong;
    }
    return isWrong;
  }
}

function columnsOf(block: Element): number {
  const words = block.querySelector('.words');
  const pen = document.createElement('canvas').getContext('2d');
  if (words === null || pen === null) return 0;
  pen.font = getComputedStyle(words).font;
  return Math.max(1, Math.floor(words.clientWidth / pen.measureText('0').width));
}
