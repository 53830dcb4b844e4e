// Which page is at which path. The two that people go to and fro between are there at once, each other is loaded when it
// is opened.

import type { FunctionComponent } from 'preact';
import * as board from '../pages/board/board-page.tsx';
import * as task from '../pages/task/task-page.tsx';

/** What a module of a page exports. `id` is the part of the path that the pattern caught, or an empty text. */
export interface PageModule {
  readonly Page: FunctionComponent<{ readonly id: string }>;
}

interface PageEntry {
  readonly name: string;
  /** In the navigation; null: reached from elsewhere. */
  readonly href: string | null;
  readonly pattern: RegExp;
  readonly load: () => Promise<PageModule>;
}

export const PAGES: readonly PageEntry[] = [
  {
    name: 'Tasks',
    href: '/console/',
    pattern: /^\/console\/$/,
    load: () => Promise.resolve(board),
  },
  {
    name: 'Task',
    href: null,
    pattern: /^\/console\/tasks\/([\w-]+)$/,
    load: () => Promise.resolve(task),
  },
  {
    name: 'Inbox',
    href: '/console/inbox',
    pattern: /^\/console\/inbox$/,
    load: () => import('../pages/inbox/inbox-page.tsx'),
  },
  {
    name: 'Runners',
    href: '/console/runners',
    pattern: /^\/console\/runners$/,
    load: () => import('../pages/runners/runners-page.tsx'),
  },
  {
    name: 'Deployments',
    href: '/console/deployments',
    pattern: /^\/console\/deployments$/,
    load: () => import('../pages/deployments/deployments-page.tsx'),
  },
  {
    name: 'Usage',
    href: '/console/usage',
    pattern: /^\/console\/usage$/,
    load: () => import('../pages/usage/usage-page.tsx'),
  },
  {
    name: 'Webhooks',
    href: '/console/webhooks',
    pattern: /^\/console\/webhooks(?:\/([\w-]+))?$/,
    load: () => import('../pages/webhooks/webhooks-page.tsx'),
  },
  {
    name: 'Project',
    href: '/console/projects',
    pattern: /^\/console\/projects$/,
    load: () => import('../pages/projects/projects-page.tsx'),
  },
  {
    name: 'Access',
    href: '/console/access',
    pattern: /^\/console\/access$/,
    load: () => import('../pages/access/access-page.tsx'),
  },
  {
    name: 'Audit',
    href: '/console/audit',
    pattern: /^\/console\/audit$/,
    load: () => import('../pages/audit/audit-page.tsx'),
  },
];

/** The page at a path and the id in it, or null. */
export function pageAt(path: string): { readonly entry: PageEntry; readonly id: string } | null {
  for (const entry of PAGES) {
    const match = entry.pattern.exec(path);
    if (match !== null) return { entry, id: match[1] ?? '' };
  }
  return null;
}
