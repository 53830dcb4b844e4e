import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { projectId } from '../api/session.ts';
import { later } from '../parts/later.tsx';
import { pageAt } from '../routing/pages.ts';
import { place } from '../routing/place.ts';

const Unknown = later(() => import('./unknown.tsx').then((one) => one.Unknown));

type Loaded = { readonly path: string; readonly Page: FunctionComponent<{ readonly id: string }> };

/** Where the reader is. On another page reading goes on at its beginning: what had the focus is gone. */
let read = place.peek().pathname;

/** The page at this address. The one before stays until the next has been loaded. */
export function Outlet() {
  const path = place.value.pathname;
  const found = pageAt(path);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [isAway, setAway] = useState(false);
  const load = found?.entry.load;
  useEffect(() => {
    if (path !== read) document.getElementById('main')?.focus({ preventScroll: true });
    read = path;
    let isGone = false;
    setAway(false);
    load?.()
      .then(({ Page }) => isGone || setLoaded({ path, Page }))
      .catch(() => isGone || setAway(true));
    return () => {
      isGone = true;
    };
  }, [load, path]);
  if (found === null) return <Unknown />;
  if (isAway) return <Away />;
  if (loaded === null || pageAt(loaded.path)?.entry !== found.entry) return null;
  const { Page } = loaded;
  // In another project nothing of the page stays, not even while it is being read.
  return <Page key={`${projectId.value} ${found.id}`} id={found.id} />;
}

/** Offline, or a newer release has taken the place of the files that this page knows. */
function Away() {
  return (
    <div class="empty">
      <h1>This page could not be loaded</h1>
      <p>The server is out of reach, or it has been renewed since this page was opened.</p>
      <button type="button" onClick={() => location.reload()}>
        Load it again
      </button>
    </div>
  );
}
