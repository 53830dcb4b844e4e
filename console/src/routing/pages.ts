// Which page is at which path. The two that people go to and fro between are there at once, each other is loaded when it
// is opened.

import type { FunctionComponent } from 'preact';
import { Page as Board } from '../pages/board/board-page.tsx';
import { Page as TaskPage } from '../pages/task/task-page.tsx';

/** What a module of a page exports. `id` is the part of the path that the pattern caught, or an empty text. */
export interface PageModule {
  readonly Page: FunctionComponent<{ readonly id: string }>;
}

interface PageEntry {
  readonly name: string;
  /** The path below /console/; what follows a slash behind it is the id. */
  readonly path: string;
  /** In the navigation; null: reached from elsewhere. */
  readonly href: string | null;
  readonly load: () => Promise<PageModule>;
}

const entry = (name: string, path: string, load: PageEntry['load']): PageEntry => ({
  name,
  path,
  href: path === 'tasks' ? null : `/console/${path}`,
  load,
});

export const PAGES: readonly PageEntry[] = [
  entry('Tasks', '', async () => ({ Page: Board })),
  entry('Task', 'tasks', async () => ({ Page: TaskPage })),
  entry('Inbox', 'inbox', () => import('../pages/inbox/inbox-page.tsx')),
  entry('Runners', 'runners', () => import('../pages/runners/runners-page.tsx')),
  entry('Deployments', 'deployments', () => import('../pages/deployments/deployments-page.tsx')),
  entry('Usage', 'usage', () => import('../pages/usage/usage-page.tsx')),
  entry('Webhooks', 'webhooks', () => import('../pages/webhooks/webhooks-page.tsx')),
  entry('Project', 'projects', () => import('../pages/projects/projects-page.tsx')),
  entry('Access', 'access', () => import('../pages/access/access-page.tsx')),
  entry('Audit', 'audit', () => import('../pages/audit/audit-page.tsx')),
];

/** The page at a path and the id in it, or null. */
export function pageAt(path: string): { readonly entry: PageEntry; readonly id: string } | null {
  const [, root, name, id = '', more] = path.split('/');
  const found = PAGES.find((one) => one.path === name);
  const isPage = root === 'console' && more === undefined && /^[\w-]*$/.test(id);
  if (found === undefined || !isPage) return null;
  // A task has no page without its id, and only webhooks have parts with one.
  if (id === '' ? found.path === 'tasks' : !/^(tasks|webhooks)$/.test(found.path)) return null;
  return { entry: found, id };
}
