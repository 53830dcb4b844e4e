// The console as a person sees it: a page in Chromium that keeps account of all that a good page does not do.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Visitor } from './browser.ts';
import { ROOT } from './place.ts';

/** Screenshots of a run, for people to look at. */
const PICTURES = join(ROOT, 'test-results', 'console');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Watched {
  readonly page: Page;
  /** What a good page never has: console errors, policy reports, requests to other hosts, uncaught errors. */
  readonly faults: readonly string[];
  /** Opens an address of the console and waits for its heading. */
  readonly open: (path: string) => Promise<void>;
  /** Keeps a picture of what is on the screen. */
  readonly picture: (name: string) => Promise<void>;
  /** What axe finds wrong, a line each. */
  readonly axe: () => Promise<readonly string[]>;
}

interface Found {
  readonly id: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary?: string;
  }[];
}

/** Watches a visitor's page from now on. Faults of the network that a test makes itself are not of the page: see `forgive`. */
export async function watchPage(
  { page, cdp }: Visitor,
  url: string,
  { forgive = /(?!)/ }: { readonly forgive?: RegExp } = {},
): Promise<Watched> {
  const faults: string[] = [];
  const note = (text: string): void => {
    if (!forgive.test(text)) faults.push(text);
  };
  page.on('pageerror', (error) => note(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') note(message.text());
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && protocol !== 'data:' && protocol !== 'blob:') note(`asks ${origin}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  const open = async (path: string): Promise<void> => {
    await page.goto(`${url}${path}`);
    await page.locator('main h1').first().waitFor();
  };
  const picture = async (name: string): Promise<void> => {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  };
  const axe = async (): Promise<readonly string[]> => {
    // The policy of the page forbids a script of ours in it; the tools of the browser stand outside.
    await cdp.send('Runtime.evaluate', { expression: AXE });
    const { result } = await cdp.send('Runtime.evaluate', {
      expression: 'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)',
      awaitPromise: true,
      returnByValue: true,
    });
    return (result.value as readonly Found[]).flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id} ${target.join(' ')} ${failureSummary}`),
    );
  };
  return { page, faults, open, picture, axe };
}
