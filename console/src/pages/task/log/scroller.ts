// The window on a log: how far it is scrolled, how large it is, and whether it follows what comes.

import { type Signal, signal } from '@preact/signals';
import { type Layout, ROW_PX, scrolledTo, yAt } from './layout.ts';
import type { View } from './view.ts';

/** Less than this is no movement of a hand. */
const MOVED_PX = 2;
/** So near the end one is at it. */
const END_PX = 40;
/** What of the page stands below the window. */
const BELOW_PX = 32;

export class Scroller {
  readonly scrolled = signal(0);
  readonly height = signal(0);
  readonly width = signal(0);
  /** Counts what was sought. */
  readonly seeks = signal(0);
  readonly isFollowing: Signal<boolean>;
  #goal: number | null = null;
  #element: HTMLElement | null = null;
  #last = 0;
  #above = 0;

  constructor(isFollowing: boolean) {
    this.isFollowing = signal(isFollowing);
  }

  /** Where in the log the window begins. */
  seenFrom(layout: Layout): number {
    return yAt(layout, this.scrolled.peek(), this.height.peek());
  }

  attach(element: HTMLElement): () => void {
    this.#element = element;
    const sizes = new ResizeObserver(() => this.#measure(element));
    sizes.observe(element);
    // What stands above comes later, and goes on and off.
    if (element.parentElement !== null) sizes.observe(element.parentElement);
    this.#measure(element);
    element.onscroll = this.#moved;
    const wheeled = ({ deltaY }: WheelEvent): void => this.#asked(deltaY < 0);
    element.addEventListener('wheel', wheeled, { passive: true });
    element.onkeydown = ({ key }) => this.#asked(/Home|Up$/.test(key));
    return () => {
      sizes.disconnect();
      element.removeEventListener('wheel', wheeled);
      this.#element = null;
    };
  }

  #measure(element: HTMLElement): void {
    this.#fill(element);
    this.height.value = element.clientHeight;
    this.width.value = element.clientWidth;
  }

  /**
   * Looking at each movement whether one is at the end would end the following whenever lines come between a movement of
   * ours and its event. So only a hand that moves up ends it, and one that comes down to the end begins it again.
   */
  readonly #moved = (): void => {
    const element = this.#element;
    if (element === null) return;
    const { scrollTop, clientHeight, scrollHeight } = element;
    if (scrollTop < this.#last - MOVED_PX) this.isFollowing.value = false;
    else if (scrollTop > this.#last && scrollTop + clientHeight >= scrollHeight - END_PX)
      this.isFollowing.value = true;
    this.#last = scrollTop;
    this.scrolled.value = scrollTop;
  };

  /**
   * A hand asks for what is above. A browser goes there smoothly, and what is drawn meanwhile would take it back to the end
   * before it has moved.
   */
  #asked(isUp: boolean): void {
    if (isUp && this.#last > 0) this.isFollowing.value = false;
  }

  /** Lets the window fill what the page leaves below it. */
  #fill(element: HTMLElement): void {
    const above = Math.round(element.getBoundingClientRect().top + scrollY) + BELOW_PX;
    if (above === this.#above) return;
    this.#above = above;
    element.style.setProperty('--above', `${above}px`);
  }

  /** After a drawing: stays at the end, and takes what the browser moved for nobody's hand. */
  settle(): void {
    const element = this.#element;
    if (element === null) return;
    this.#fill(element);
    if (this.isFollowing.peek()) element.scrollTop = element.scrollHeight;
    this.#last = element.scrollTop;
    this.scrolled.value = this.#last;
  }

  /** Shows the line with this number as soon as it is there, and stays at it. */
  seek(seq: number): void {
    this.#goal = seq;
    this.isFollowing.value = false;
    // One that is there and drawn already would not be drawn again for this.
    this.seeks.value += 1;
  }

  /** After a drawing: goes to the line that is sought, unless it is seen. */
  reach(view: View, layout: Layout): void {
    const height = this.height.peek();
    if (this.#goal === null || height === 0 || this.#element === null) return;
    const row = view.rowFrom(this.#goal);
    if (row === view.rows.length) return;
    this.#goal = null;
    const from = this.seenFrom(layout);
    const top = layout.topOf(row);
    if (top >= from && top + ROW_PX <= from + height) return;
    this.#element.scrollTop = scrolledTo(layout, top - height / 3, height);
    this.settle();
  }
}
