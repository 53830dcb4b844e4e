// The way between the pages on which people see to what is theirs.

import { html } from 'hono/html';
import type { Html } from '../page.ts';

const TABS = {
  console: ['/console/', 'Console'],
  inbox: ['/inbox', 'Inbox'],
  projects: ['/account/projects', 'Projects'],
  tokens: ['/account/tokens', 'Tokens'],
  apps: ['/account/apps', 'Apps'],
  signin: ['/signin/account', 'Sign-in'],
} as const;
export type Tab = keyof typeof TABS;

/** Null: a page that belongs to none of them. */
export const accountNav = (
  current: Tab | null,
): Html => html`<nav class="tabs" aria-label="Account">
${Object.entries(TABS).map(
  ([tab, [path, name]]) =>
    html`<a href="${path}"${tab === current ? html` aria-current="page"` : ''}>${name}</a>`,
)}
</nav>`;
