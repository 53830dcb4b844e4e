// The pictures: the board in both themes, and the answer to each question, by a real browser on a real server.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { QUESTIONS } from './questions.ts';
import type { Story } from './story.ts';

const SIZE = { width: 1_280, height: 800 };
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

interface Shown {
  readonly url: string;
  readonly story: Story;
  /** Where the pictures go. */
  readonly folder: string;
}

/** Takes them all, and answers their names. */
export const takePictures = async ({ url, story, folder }: Shown): Promise<readonly string[]> => {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    const names: string[] = [];
    const shoot = async (page: Page, name: string): Promise<void> => {
      await page.screenshot({ path: join(folder, `${name}.png`) });
      names.push(name);
    };
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openBoard(browser, url, colorScheme);
      await shoot(page, `board-${colorScheme}`);
    }
    for (const { name, answer } of QUESTIONS) {
      const page = await openBoard(browser, url, 'light');
      await answer(page, story);
      // A hand would rest elsewhere, and a press leave no ring.
      await page.mouse.move(0, SIZE.height - 1);
      await shoot(page, name);
    }
    return names;
  } finally {
    await browser.close();
  }
};

const openBoard = async (
  browser: Browser,
  url: string,
  colorScheme: 'light' | 'dark',
): Promise<Page> => {
  const options = { viewport: SIZE, colorScheme, reducedMotion: 'reduce' } as const;
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${url}/console/`);
  await page.getByText('Migrate the greetings').first().waitFor();
  await page.getByText(/^live/).waitFor();
  // How much waits is read a moment after the tasks.
  await page.getByRole('link', { name: /^Inbox\s*1$/ }).waitFor();
  return page;
};
