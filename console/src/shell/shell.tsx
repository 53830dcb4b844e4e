// What is around every page: the navigation, the page itself, what is announced, and the keys.

import { useEffect } from 'preact/hooks';
import { me, meRefusal } from '../api/session.ts';
import { keepFeed } from '../live/feed.ts';
import { keepRows } from '../live/keep-rows.ts';
import { wantsNotices } from '../live/notices-key.ts';
import { followLinks } from '../routing/place.ts';
import { listenForKeys } from './keys.ts';
import { Nav } from './nav.tsx';
import { Outlet } from './outlet.tsx';
import { Overlay } from './overlay.tsx';
import { keepTitle } from './title.ts';
import { sayUnloaded, Toasts } from './toast.tsx';

export function Shell() {
  useEffect(() => {
    followLinks();
    listenForKeys();
    keepTitle();
    keepRows();
    import('../live/read-waiting.ts').then((one) => one.keepWaiting()).catch(sayUnloaded);
    if (wantsNotices()) void import('../live/notices.ts').then((notices) => notices.keepNotices());
    keepFeed();
  }, []);
  const refusal = meRefusal.value;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Nav />
      <main id="main" tabIndex={-1}>
        {refusal !== null && <p class="note bad">{refusal.message}</p>}
        {me.value !== null && <Outlet />}
      </main>
      <Toasts />
      <Overlay />
    </>
  );
}
