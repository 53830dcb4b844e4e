// A chord of two letters leads to each page.

import { PAGES } from '../routing/pages.ts';
import { go } from '../routing/place.ts';
import type { Key } from './keys.ts';

/** Where the first letter of its name is not that of the page: `g b`. */
const LETTERS: Readonly<Record<string, string>> = { Tasks: 'b', Access: 't' };
/** `g` and a letter, for each page of the navigation. */
export const PAGE_KEYS: readonly Key[] = PAGES.flatMap(({ name, href }) =>
  href === null
    ? []
    : [
        {
          key: `g ${LETTERS[name] ?? name.charAt(0).toLowerCase()}`,
          does: `Go to ${name}`,
          run: () => go(href),
        },
      ],
);
