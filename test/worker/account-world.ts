// A person at the pages on which they see to what is theirs.

import { expect } from 'vitest';
import { askRequired } from './ask.ts';
import { type Browser, type Fields, hiddenFields, newBrowser, whereTo } from './authorize-world.ts';

export interface AtPages extends Browser {
  /** The text of a page that is there. */
  readonly read: (path: string) => Promise<string>;
  /** Opens the page and sends a form of it. */
  readonly send: (path: string, fields: Fields) => Promise<Response>;
  /** Sends it, and follows the 303 that says it was done. */
  readonly sent: (path: string, fields: Fields) => Promise<string>;
}

export async function atPages(wish: Parameters<typeof newBrowser>[0] = {}): Promise<AtPages> {
  const browser = await newBrowser(wish);
  const read = async (path: string) => {
    const page = await browser.open(path);
    expect([page.status, path]).toEqual([200, path]);
    return page.text();
  };
  const send = async (path: string, fields: Fields) => {
    const { once = '', token = '' } = hiddenFields(await read(path));
    return browser.post(path, { once, token, ...fields });
  };
  const sent = async (path: string, fields: Fields) => {
    const { pathname, search } = whereTo(await send(path, fields));
    return read(pathname + search);
  };
  return { ...browser, read, send, sent };
}

/** What a page says that did not do what it was asked. */
export async function toldBy(answer: Response): Promise<[number, string | undefined]> {
  return [answer.status, /role="alert">([^<]*)</.exec(await answer.text())?.[1]];
}

/** The secret that is shown this once. */
export const secretIn = (text: string): string =>
  /id="secret" class="secret" value="([^"]*)"/.exec(text)?.[1] ?? '';

/** The status that a personal access token or an access token gets. */
export const statusOf = async (token: string, path = '/v1/projects') =>
  (await askRequired(path, { headers: { Authorization: `Bearer ${token}` } })).status;
