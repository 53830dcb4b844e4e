// One state of a page in both themes and at two widths: a picture of each, and what axe says.

import { expect } from 'vitest';
import type { Watched } from './console.ts';

const WIDTHS = [1_280, 390] as const;

/** Keeps four pictures, and holds that axe finds nothing and that nothing hangs over the side. Ends light and wide. */
export async function lookAt(seen: Watched, name: string): Promise<void> {
  const { page } = seen;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [...WIDTHS].reverse()) {
      await page.setViewportSize({ width, height: 800 });
      expect(await seen.axe(), `${name} ${colorScheme} ${width}`).toEqual([]);
      await seen.picture(`${name}-${colorScheme}-${width}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over, `${name} hangs over at ${width}`).toBeLessThanOrEqual(0);
    }
  }
}
