// Five questions that people come with, and the way to each answer from the board, as a person goes it.
import type { Page } from 'playwright-core';
import type { Story } from './story.ts';

export interface Question {
  /** Of its picture. */
  readonly name: string;
  readonly asked: string;
  /** From the board to the answer; resolves once it stands on the screen. */
  readonly answer: (page: Page, story: Story) => Promise<void>;
}

/** More clicks than this and nobody finds it. */
export const CLICKS_MAX = 3;

const openTask = (page: Page, id: string): Promise<void> =>
  page.locator(`main a[href*="/console/tasks/${id}"]`).first().click();

export const QUESTIONS: readonly Question[] = [
  {
    name: 'running',
    asked: 'What is running?',
    answer: async (page, { running }) => {
      await openTask(page, running);
      await page.getByRole('heading', { level: 1, name: /Migrate the greetings/ }).waitFor();
      await page
        .getByText(/Copied \d+ rows/)
        .first()
        .waitFor();
      await page.getByRole('heading', { name: 'Cost and budget' }).waitFor();
    },
  },
  {
    name: 'waiting',
    asked: 'What waits for me, and why?',
    answer: async (page) => {
      await page.getByRole('link', { name: /^Inbox/ }).click();
      await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
      await page.locator('[data-gate]').filter({ hasText: 'Add health check endpoint' }).click();
      await page
        .getByRole('button', { name: /^Approve/ })
        .first()
        .waitFor();
      await page.getByText('What the stages have changed').waitFor();
    },
  },
  {
    name: 'cost',
    asked: 'What did this cost?',
    answer: async (page) => {
      await page.getByRole('link', { name: 'Usage' }).click();
      await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
      await page.locator('svg[role=img]').first().waitFor();
    },
  },
  {
    name: 'failed',
    asked: 'Why did it fail?',
    answer: async (page, { failed }) => {
      await openTask(page, failed);
      await page.getByRole('heading', { name: /It failed in the stage testing/ }).waitFor();
      await page.getByText('client.get is not a function').first().waitFor();
    },
  },
  {
    name: 'proof',
    asked: 'Who approved that, and can I prove it?',
    answer: async (page, { done }) => {
      await openTask(page, done);
      await page.getByText('ada@example.com').first().waitFor();
      await page.getByRole('link', { name: 'Verify the log and its receipts' }).click();
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByRole('heading', { name: 'Proven' }).waitFor();
      await page.getByRole('row', { name: /review approved/ }).waitFor();
    },
  },
];
