import { expect } from 'vitest';
import type { Watched } from './console.ts';

/** Every card of the board, once all columns show all that they have. */
export async function cardsOf({ page }: Watched): Promise<readonly string[]> {
  const more = page.getByRole('button', { name: '50 more' });
  const click = (all: readonly (HTMLElement | SVGElement)[]): void => {
    for (const one of all) if (one instanceof HTMLElement) one.click();
  };
  const left = async (): Promise<number> => {
    await more.evaluateAll(click);
    return more.count();
  };
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  return page
    .locator('.card [data-task]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('data-task') ?? ''));
}
