// Where the reader is: the address is the state of what is shown, so links, reload and the back button always work.

import { signal } from '@preact/signals';

/** The address. Read by pages for filters, tabs and lines; changed by `go` and `setQuery` alone. */
export const place = signal(new URL(location.href));

interface Going {
  /** Take the place of the present entry of the history. */
  readonly replace?: boolean;
}

/** Shows another address of the console; the project in the address stays unless `href` names one. */
export function go(href: string, { replace = false }: Going = {}): void {
  const url = withProject(new URL(href, location.href));
  if (url.href === place.value.href) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  const isOtherPage = url.pathname !== place.value.pathname;
  const show = (): void => {
    place.value = url;
    if (isOtherPage) scrollTo(0, 0);
  };
  // Who goes on before it is over ends it, which is no fault.
  if (isOtherPage && hasTransitions()) document.startViewTransition(show).ready.catch(() => {});
  else show();
}

/** Changes members of the query; null takes one out. Replaces the entry of the history unless told otherwise. */
export function setQuery(
  changes: Readonly<Record<string, string | null>>,
  { replace = true }: Going = {},
): void {
  const url = new URL(place.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  go(url.href, { replace });
}

/** A member of the query, or an empty text. A component that reads it is drawn again when it changes. */
export const query = (name: string): string => place.value.searchParams.get(name) ?? '';

/** Takes over clicks on links into the console. Ends with the page. */
export function followLinks(): void {
  const follow = (): void => {
    place.value = new URL(location.href);
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !link.pathname.startsWith('/console/')) return;
    // A place within this page is the browser's own.
    if (link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.href);
  });
}

function withProject(url: URL): URL {
  const project = place.value.searchParams.get('project');
  if (project !== null && !url.searchParams.has('project'))
    url.searchParams.set('project', project);
  return url;
}

const hasTransitions = (): boolean =>
  'startViewTransition' in document &&
  !document.hidden &&
  !matchMedia('(prefers-reduced-motion: reduce)').matches;
