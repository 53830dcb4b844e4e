import { me } from '../api/session.ts';
import { waitingCount } from '../live/waiting.ts';
import { PAGES, pageAt } from '../routing/pages.ts';
import { place } from '../routing/place.ts';
import { LiveMark } from './live-mark.tsx';
import { openPalette } from './overlay.tsx';

export function Nav() {
  const here = pageAt(place.value.pathname)?.entry.name;
  const waiting = waitingCount.value;
  return (
    <header class="nav">
      <a class="brand" href="/console/">
        <img src="/console/mark.svg" alt="" width="20" height="20" /> Sluice
      </a>
      <nav aria-label="Console">
        {PAGES.map(({ name, href }) =>
          href === null ? null : (
            <a
              key={name}
              href={href}
              aria-current={
                here === name || (here === 'Task' && name === 'Tasks') ? 'page' : undefined
              }
            >
              {name}
              {name === 'Inbox' && waiting > 0 && <span class="count">{waiting}</span>}
            </a>
          ),
        )}
        <a href="/docs/">API</a>
      </nav>
      <LiveMark />
      <button
        type="button"
        class="plain"
        onClick={openPalette}
        aria-keyshortcuts="Meta+K Control+K"
      >
        <span class="wide-only">{me.value?.principal.name ?? ''} </span>
        <kbd>⌘K</kbd>
      </button>
    </header>
  );
}
