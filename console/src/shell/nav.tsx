import { waitingText } from '../live/waiting.ts';
import { later } from '../parts/later.tsx';
import { isMac } from '../parts/platform.ts';
import { PAGES, pageAt } from '../routing/pages.ts';
import { place } from '../routing/place.ts';
import { openPalette } from './overlay.tsx';

const Here = later(() => import('./here.tsx').then((one) => one.Here));

export function Nav() {
  // The page of a task is among the tasks.
  const here = pageAt(place.value.pathname)?.entry.name ?? '-';
  const waiting = waitingText.value;
  return (
    <header class="nav">
      <a class="brand" href="/console/">
        <img src="/console/mark.svg" alt="" width="20" height="20" /> Sluice
      </a>
      <nav aria-label="Console">
        {PAGES.map(({ name, href }) =>
          href === null ? null : (
            <a key={name} href={href} aria-current={name.startsWith(here) ? 'page' : undefined}>
              {name} {name === 'Inbox' && waiting && <span class="count">{waiting}</span>}
            </a>
          ),
        )}
        <a href="/docs/">API</a>
      </nav>
      <Here />
      <button
        type="button"
        class="plain"
        onClick={openPalette}
        aria-keyshortcuts="Meta+K Control+K"
      >
        Find <kbd>{isMac ? '⌘' : 'Ctrl '}K</kbd>
      </button>
    </header>
  );
}
