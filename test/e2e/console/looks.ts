import { expect } from 'vitest';
import type { Watched } from '../world/console.ts';

const WIDTHS = [1_280, 390] as const;

/** Light and dark, at a desk and on a telephone: axe finds nothing, no page scrolls sideways, and pictures are kept of the two that differ most. */
export const inAllLooks = async ({ page, axe, picture }: Watched, name: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      expect(await axe(), `${name} ${colorScheme} ${width}`).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${name} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
      if ((width === WIDTHS[0]) === (colorScheme === 'light')) {
        await picture(`${name}-${colorScheme}-${width}`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: WIDTHS[0], height: 800 });
};
